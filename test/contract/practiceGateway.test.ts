import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.js';
import { createPracticeApi } from '../../src/practice/practiceApi.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { comparable } from '../helpers/practiceAside.js';
import { readRecording, replay, type ReplayResult } from '../helpers/practiceReplay.js';

const root = path.resolve(import.meta.dirname, '../..');
const shared = path.resolve(root, '../shared');
const recordings = path.join(shared, 'kong-facts/recordings/exchanges');
const cases = path.join(shared, 'cases/kong-3.9.3');
const source = schemaFolder(path.join(root, 'schemas'));

const isThere = existsSync(recordings) && existsSync(cases);
if (!isThere) {
  console.warn(
    `SKIPPED: no recordings of real gateways in ${recordings}; the practice gateway is not held to them here.`,
  );
}

/** Sessions named 401 went through a proxy that asks for a key: their answers are not the Admin API's. */
const filesOf = (pattern: RegExp): string[] =>
  readdirSync(recordings).filter((file) => file.endsWith('.jsonl') && pattern.test(file) && !file.includes('__401-'));

async function replayAll(pattern: RegExp, version: string): Promise<ReplayResult[]> {
  const facts = await source.facts(version);
  return filesOf(pattern).map((file) => {
    const mode = file.includes('dbless') ? 'dbless' : 'traditional';
    return replay(facts, file, readRecording(recordings, file), { mode, version });
  });
}

function publish(title: string, results: readonly ReplayResult[]): { agreed: number; exchanges: number } {
  const sum = (key: 'agreed' | 'exchanges'): number => results.reduce((total, result) => total + result[key], 0);
  const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(2)} %`;
  const lines = results
    .filter(({ file, disagreements }) => disagreements.length > 0 || !file.includes('__deck'))
    .flatMap(({ file, agreed, exchanges, disagreements }) => [
      `  ${share(agreed, exchanges).padStart(8)}  ${agreed}/${exchanges}  ${file}`,
      ...disagreements
        .slice(0, 5)
        .map(({ seq, request, why }) => `            ${seq} ${request}: ${why.slice(0, 160)}`),
    ]);
  const [agreed, exchanges] = [sum('agreed'), sum('exchanges')];
  console.info(
    [`${title}: ${agreed} of ${exchanges} answers agree (${share(agreed, exchanges)})`, ...lines].join('\n'),
  );
  return { agreed, exchanges };
}

describe.skipIf(!isThere)('the practice gateway beside a real one', () => {
  it('answers what Kong 3.9.3 answered, with and without a database', async () => {
    const results = await replayAll(/^kong-3\.9\.3(-dbless)?__(meta|crud|config)/, '3.9.3');
    const { agreed, exchanges } = publish('Kong 3.9.3, by hand', results);
    expect(exchanges).toBe(902);
    expect(agreed).toBeGreaterThanOrEqual(901);
  });

  it('answers decK 1.4.0 and 1.64.0 as Kong 3.9.3 did', async () => {
    const results = await replayAll(/^kong-3\.9\.3__deck/, '3.9.3');
    const { agreed, exchanges } = publish('Kong 3.9.3, asked by decK', results);
    expect(exchanges).toBeGreaterThan(2200);
    expect(agreed).toBe(exchanges);
  });

  it('comes near to Kong 2.8.5', async () => {
    const { agreed, exchanges } = publish('Kong 2.8.5', await replayAll(/^kong-2\.8\.5/, '2.8.5'));
    expect(agreed / exchanges).toBeGreaterThan(0.98);
  });

  it('takes and refuses declarative files as Kong 3.9.3 does, in the same words', async () => {
    const { api, fill } = createPracticeApi({ facts: await source.facts('3.9.3'), mode: 'dbless' });
    fill();
    const differing: string[] = [];
    const files = readdirSync(cases).filter((file) => file.endsWith('.yaml'));
    for (const file of files) {
      const expected = JSON.parse(
        readFileSync(path.join(cases, file.replace(/\.yaml$/, '.expected.json')), 'utf8'),
      ) as { admin_post_config?: { status: number; body: Json } };
      const reply = api.handle({
        method: 'POST',
        url: '/config',
        contentType: 'text/yaml',
        body: readFileSync(path.join(cases, file)),
      });
      const { status, body } = expected.admin_post_config ?? { status: 0, body: null };
      const [theirs, ours] = [body, reply.body ?? null].map((one) => comparable({ path: '/config' }, one ?? null));
      if (status !== reply.status || (status >= 400 && !isDeepStrictEqual(theirs, ours))) differing.push(file);
    }
    console.info(
      `Declarative files: ${files.length - differing.length} of ${files.length} agree; not ${differing.join(', ')}`,
    );
    expect(differing).toEqual(['181-real-deck-dump-1.62.1.yaml']);
  });

  it('gives generated files the verdict that Kong 3.9.3 gave', async () => {
    const { api, fill } = createPracticeApi({ facts: await source.facts('3.9.3'), mode: 'dbless' });
    fill();
    const lines = readFileSync(path.join(shared, 'cases/corpus-3.9.3.jsonl'), 'utf8').trimEnd().split('\n');
    const agreed = lines.filter((line) => {
      const { yaml, verdict } = JSON.parse(line) as { yaml: string; verdict: string };
      const reply = api.handle({ method: 'POST', url: '/config', contentType: 'text/yaml', body: Buffer.from(yaml) });
      return (reply.status === 201) === (verdict === 'valid');
    });
    console.info(`Verdicts on generated files: ${agreed.length} of ${lines.length} agree`);
    expect(agreed.length).toBeGreaterThanOrEqual(1057);
  });
});
