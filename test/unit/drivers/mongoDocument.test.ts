import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { BSON } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { exactDocument } from '../../../src/drivers/mongoDocument.js';
import { countMongoFolder, fileNameOf, readMongoFolder } from '../../../src/drivers/mongoFolder.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const some = new Map<string, unknown>([
  ['b', new BSON.Double(1)],
  [
    '10',
    new Map<string, unknown>([
      ['z', new BSON.Int32(1)],
      ['2', [BSON.Long.fromNumber(3), 'x', null]],
    ]),
  ],
  ['r', new BSON.BSONRegExp('a.*', 'i')],
  ['1', new BSON.Binary(Buffer.from([1, 2]), 5)],
  ['d', BSON.Decimal128.fromString('1.50')],
  ['t', new Date(5)],
]);

describe('documents of a dump', () => {
  it('keep the order of keys and the kinds of numbers', () => {
    const bytes = BSON.serialize(some);
    const document = exactDocument(bytes);
    expect(document && Buffer.compare(BSON.serialize(document), bytes)).toBe(0);
  });

  it('are counted, also packed, and a cut file is found', async () => {
    const directory = await temporaryFolder();
    const place = path.join(directory, 'jiji');
    await mkdir(place);
    const bytes = Buffer.concat([BSON.serialize(some), BSON.serialize({ a: 1 })]);
    await writeFile(path.join(place, 'prelude.json'), '{}');
    await writeFile(path.join(place, 'plain.bson'), bytes);
    await writeFile(path.join(place, `${fileNameOf('a/b')}.bson.gz`), gzipSync(bytes));
    expect(await countMongoFolder(await readMongoFolder(directory), quietContext())).toEqual({ plain: 2, 'a/b': 2 });
    await writeFile(path.join(place, 'plain.bson'), bytes.subarray(0, -3));
    const counting = countMongoFolder(await readMongoFolder(directory), quietContext());
    await expect(counting).rejects.toMatchObject({ code: 'dump-damaged' });
  });
});
