import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.js';
import { createDeclarativeJudge } from '../../../src/operations/judgeDeclarative.js';
import { shippedFacts } from '../../helpers/kongStandIn.js';

const judge = createDeclarativeJudge(shippedFacts);
const gateway = { version: '3.9.3' };
const text = `_format_version: "3.0"
services:
- name: orders
  host: orders.internal
  plugins:
  - name: rate-limiting
    config:
      minute: 10
      policy: cluster
`;

describe('judging a declarative file', () => {
  it('takes what only a gateway without a database refuses, where there is one', async () => {
    expect(await judge.judge(text, gateway)).toMatchObject([expect.stringMatching(/^9:15: /)]);
    expect(await judge.judge(text, { ...gateway, database: true })).toEqual([]);
  });

  it('names the place of what is wrong', async () => {
    const broken = text.replace('host: orders.internal', 'port: 99999').replace('cluster', 'local');
    const found = await judge.judge(broken, gateway);
    expect(found.some((each) => /^4:9: .*port/.test(each))).toBe(true);
  });

  it('puts what kong says at its line', async () => {
    const said = "Error: Failed parsing:\nin 'services':\n  - in entry 1 of 'services':\n    in 'host': not today\n";
    const found = await judge.locate(text, { by: 'kong config parse', text: said }, gateway);
    expect(found.some((each) => /^4:9: .*not today/.test(each))).toBe(true);
    expect(await judge.locate(text, { by: 'kong config parse', text: 'Error: connection refused' }, gateway)).toEqual(
      [],
    );
  });
});

const recordings = path.resolve(import.meta.dirname, '../../../../shared/kong-facts/recordings/exchanges');
const isRecorded = existsSync(recordings);
if (!isRecorded) console.warn('skipped: no records of real Kongs at ../shared/kong-facts');

interface Exchange {
  query: string | null;
  requestHeaders: Record<string, string>;
  requestBody: string | null;
  status: number;
  responseBody: Json;
}

function refusedBy(version: string): Exchange[] {
  const lines = readFileSync(path.join(recordings, `kong-${version}-dbless__config.jsonl`), 'utf8')
    .trim()
    .split('\n');
  return lines
    .map((line) => JSON.parse(line) as Exchange)
    .filter(
      ({ status, query, requestBody, requestHeaders, responseBody }) =>
        status === 400 &&
        // The same as another's where it is null.
        responseBody !== null &&
        query?.includes('flatten_errors=1') === true &&
        requestBody !== null &&
        requestHeaders['content-type']?.includes('yaml') === true,
    );
}

describe.skipIf(!isRecorded)('what a real gateway refused', () => {
  it.each(['3.9.3', '2.8.5'])('is found at lines of the file: %s', async (version) => {
    const refused = refusedBy(version);
    expect(refused.length).toBeGreaterThan(0);
    for (const { requestBody, responseBody } of refused) {
      const answer = (typeof responseBody === 'string' ? JSON.parse(responseBody) : responseBody) as Json;
      const found = await judge.locate(requestBody ?? '', { by: `Kong ${version}`, answer }, { version });
      expect(found, requestBody ?? '').not.toEqual([]);
      for (const each of found) expect(each).toMatch(/^\d+:\d+: /);
    }
  });
});
