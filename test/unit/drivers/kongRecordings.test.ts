import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { kongError, saidBy } from '../../../src/drivers/kongCommandErrors.js';
import { frailIn, readKongFile } from '../../../src/drivers/kongConfigFile.js';
import { createDeclarativeJudge } from '../../../src/operations/judgeDeclarative.js';
import { shippedFacts } from '../../helpers/kongStandIn.js';

/** What real Kongs were seen to say, where the records lie beside the project. */
const facts = path.resolve(import.meta.dirname, '../../../../shared/kong-facts');
const isThere = existsSync(facts);
if (!isThere) console.warn('skipped: no records of real Kongs at ../shared/kong-facts');

const codes: Readonly<Record<string, string>> = {
  'db_export-absent-db': 'database-unreachable',
  'db_export-refused': 'database-unreachable',
  'db_export-dbless': 'environment-invalid',
  'db_export-missing-conf': 'environment-invalid',
  'db_export-unmigrated': 'database-unreachable',
  'db_export-existing-file': 'tool-failed',
  'db_import-conflict-name-other-id': 'gateway-conflict',
  'db_import-refused': 'database-unreachable',
  'db_import-unmigrated': 'database-unreachable',
  'db_import-no-file': 'tool-failed',
};

describe.skipIf(!isThere)('real Kongs', () => {
  const outputs = path.join(facts, 'recordings/kong-output');

  it('say what went wrong', async () => {
    const names = (await readdir(outputs)).map((name) => name.replace(/\.json$/, ''));
    const seen: Record<string, string> = {};
    for (const name of names.filter((each) => codes[each] !== undefined)) {
      const output = JSON.parse(await readFile(path.join(outputs, `${name}.json`), 'utf8')) as never;
      const error = kongError(output, 'shop', 'kong');
      seen[name] = error.code;
      expect(error.reason).not.toContain('stale readers');
      expect(error.reason).not.toContain('Run with --v');
    }
    expect(seen).toEqual(codes);
  });

  it('export what is read whole and judged good', async () => {
    const text = await readFile(path.join(facts, 'exports/db_export-3.9.3.yaml'), 'utf8');
    const file = readKongFile(text, 'db_export', await shippedFacts.facts('3.9'));
    expect(file).toMatchObject({ transform: false, problems: [] });
    expect(file.counts).toMatchObject({ services: 2, ca_certificates: 1, basicauth_credentials: 1, parameters: 1 });
    expect(frailIn(file).rehashed).toEqual([]);
    const judge = createDeclarativeJudge(shippedFacts);
    expect(await judge.judge(text, { version: '3.9.3', database: true })).toEqual([]);
  });

  it('show without a database what is read whole and judged good', async () => {
    const text = await readFile(path.join(facts, 'exports/dbless-GET-config-3.9.3.yaml'), 'utf8');
    const file = readKongFile(text, 'GET /config', await shippedFacts.facts('3.9'));
    expect(file).toMatchObject({ transform: false, problems: [] });
    const judge = createDeclarativeJudge(shippedFacts);
    expect(await judge.judge(text, { version: '3.9.3' })).toEqual([]);
  });
});

describe('what kong says', () => {
  it('stands between warnings of its server and a hint', () => {
    const text =
      '2026/11/21 03:48:23 [warn] 1#1: found\nError: Failed importing:\n[postgres] no\n\n  Run with --v (verbose)\n';
    expect(saidBy(text)).toBe('Failed importing: [postgres] no');
  });
});
