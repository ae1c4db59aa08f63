import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry, Manifest } from '../../../src/core/snapshot.js';
import { sealedText } from '../../../src/core/sealedTexts.js';
import { generateKey } from '../../../src/stores/encoding/keys.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { createNamedStores } from '../../../src/stores/namedStores.js';
import { CliFolder } from '../../helpers/cli.js';
import { publishSnapshot } from '../../helpers/manifests.js';

const gap = {
  part: 'entities',
  kind: 'plugins',
  workspace: 'default',
  reason: 'Forbidden there.',
  remedy: 'Ask.',
} as const;
const warning = { code: 'any', message: 'Words about db.internal.' };

let cli: CliFolder;
let taken: Manifest;

/** A machine that only takes backups: it knows the recipient, and has no key. */
beforeEach(async () => {
  cli = await CliFolder.make();
  const { recipient } = await generateKey(new Date());
  const sections = [{ name: 'archive', folder: 'archive', encryption: { recipients: [recipient] } }];
  await cli.write('kong-environments.yaml', JSON.stringify({ environments: [], stores: sections }));
  const stores = createNamedStores({
    root: cli.snapshots,
    baseFolder: cli.folder,
    cacheFolder: path.join(cli.folder, 'cache'),
    sections: () => Promise.resolve(sections),
    storeOf: () => Promise.resolve('archive'),
    fill: (text) => Promise.resolve(text),
  });
  const said = { warnings: [warning], coverage: { held: [], notHeld: [gap] } };
  taken = await publishSnapshot(await stores.open('archive'), 'production', { 'a.yaml': 'text' }, said);
});

describe('a snapshot in an encrypted store whose key is not here', () => {
  it('is known in all its words to who took it', () => {
    expect(taken).toMatchObject({ warnings: [warning], coverage: { notHeld: [gap] } });
    expect(taken.encryption).toEqual({ keys: [expect.any(String)] });
  });

  it('is listed with words where its texts are sealed', async () => {
    const [entry] = (await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>();
    expect(entry?.manifest).toMatchObject({
      warnings: [{ code: 'any', message: sealedText }],
      coverage: { notHeld: [{ kind: 'plugins', reason: sealedText }] },
    });
  });

  it.each(['archive:production/latest', 'archive:production/2026'])('says so in the coverage of %s', async (name) => {
    const { stdout } = await cli.run(['coverage', name]);
    expect(stdout).toContain(`plugins: default: ${sealedText}`);
    expect(stdout).not.toContain('Forbidden');
  });
});

describe('a snapshot of which a file is gone', () => {
  it('has no coverage that anybody could trust', async () => {
    const { id } = await publishSnapshot(createFolderStore(cli.snapshots), 'staging', { 'a.yaml': 'text' });
    await rm(path.join(cli.snapshots, id, 'a.yaml'));
    const { exitCode, stderr } = await cli.run(['coverage', id]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('a.yaml')]);
  });
});
