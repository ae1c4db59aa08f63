import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { applyChange, changeBetween } from '../../../src/schema/factsChange.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { hasShared, shared } from './corpus.js';

const folder = path.resolve('schemas');
const source = schemaFolder(folder);

it('ships facts of every generation in less than a megabyte', () => {
  expect(source.versions).toEqual(['2.8', '3.4', '3.9', '3.10', '3.12']);
  const sizes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).size);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(1_000_000);
});

it('ships no word of Kong’s descriptions', () => {
  for (const name of readdirSync(folder).filter((each) => /^\d/.test(each))) {
    expect(readFileSync(path.join(folder, name), 'utf8')).not.toMatch(/"description":\s*"/);
  }
});

it.each([
  ['2.8', 64, false],
  ['3.4', 75, false],
  ['3.9', 95, false],
  ['3.10', 100, true],
  ['3.12', 110, true],
])('has all plugins of %s', async (version, count, webSockets) => {
  const facts = await source.facts(version);
  expect(facts.version).toBe(version);
  expect(Object.keys(facts.plugins)).toHaveLength(count);
  const service = { name: 's', host: 'example.com', protocol: 'ws' };
  expect(validateEntity(facts, 'services', service, { as: 'declarative' }).length === 0).toBe(webSockets);
});

it('takes the nearest version below, and of one older than all the oldest', async () => {
  expect((await source.facts('3.11.0.2')).version).toBe('3.10');
  expect((await source.facts('3.8')).version).toBe('3.4');
  expect((await source.facts('1.0')).version).toBe('2.8');
  expect((await source.facts('4.1')).version).toBe('3.12');
});

it('knows sticky sessions from 3.12 on', async () => {
  const upstream = { name: 'u', algorithm: 'sticky-sessions', sticky_sessions_cookie: 'c' };
  const problems = async (version: string) =>
    validateEntity(await source.facts(version), 'upstreams', upstream, { as: 'declarative' }).length;
  expect(await problems('3.12')).toBe(0);
  expect(await problems('3.10')).toBeGreaterThan(0);
});

it('tells a version by another without a loss', async () => {
  const [older, newer] = [await source.facts('2.8'), await source.facts('3.9')];
  expect(applyChange(older, changeBetween(older, newer))).toEqual(newer);
});

it.skipIf(!hasShared)('is what the script makes of the gateways’ answers, byte for byte', async () => {
  const out = mkdtempSync(path.join(tmpdir(), 'kong-facts-'));
  try {
    const script = ['--import', 'tsx', 'scripts/schemaFacts.ts', '--from', path.join(shared, 'kong-facts')];
    await promisify(execFile)(process.execPath, [...script, '--out', out]);
    expect(readdirSync(out).sort()).toEqual(source.versions.map((version) => `${version}.json`).sort());
    for (const name of readdirSync(out)) {
      expect(readFileSync(path.join(out, name), 'utf8') === readFileSync(path.join(folder, name), 'utf8')).toBe(true);
    }
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
});

it('knows groups of consumers, and what Enterprise takes on every plugin, from 3.10 on', async () => {
  const plugin = {
    name: 'rate-limiting-advanced',
    consumer_group: 'gold',
    ordering: { before: { access: ['key-auth'] } },
    partials: [{ id: 'p', path: 'config.redis' }],
    config: { limit: [5], window_size: [60] },
  };
  const problems = async (version: string, kind: string, value: JsonObject) =>
    validateEntity(await source.facts(version), kind, value, { as: 'declarative' }).map(({ path }) => path.join('.'));
  expect(await problems('3.10', 'plugins', plugin)).toEqual([]);
  expect(await problems('3.9', 'plugins', plugin)).toEqual(['consumer_group', 'ordering', 'partials']);
  expect(await problems('3.12', 'plugins', { name: 'cors', consumer_group: 'gold' })).toEqual(['consumer_group']);
  expect(await problems('3.10', 'consumer_groups', { tags: [] })).toEqual(['name']);
});
