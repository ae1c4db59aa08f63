/**
 * Builds `schemas/<version>.json` from what a gateway's `/schemas` answers.
 *
 *   npm run schema:facts -- --from FOLDER [--out schemas] [VERSION…]
 *   npm run schema:facts -- --admin URL [--out schemas]
 *
 * FOLDER holds `entity-schemas/<version>/<kind>.json` (with `ENTITY-META.json` where it is known) and
 * `plugin-schemas/<version>/<plugin>.json`. A version without meta borrows that of the newest version that has one.
 * What a real gateway answered (`recordings/exchanges/kong-<version>.<patch>__meta.jsonl`) goes before what was written down.
 * The kinds of a version that only plugins' schemas are known of are derived: see derivedEntities.ts.
 *
 * Versions near 3.9 are written as their difference from it; `--whole` writes every version by itself.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { isObject, type Json, type JsonObject } from '../src/core/json.js';
import { entityFactsFromKong, pluginFactsFromKong } from '../src/schema/fromKong.js';
import type { EntityFacts, PluginFacts, SchemaFacts } from '../src/schema/facts.js';
import { changeBetween, type FactsChange } from '../src/schema/factsChange.js';
import { schemaFolder } from '../src/schema/folder.js';
import { compareVersions } from '../src/schema/source.js';
import { derivedEntities, entitiesFrom } from './derivedEntities.js';
import { unansweredChecks } from './unansweredChecks.js';

/** Answers of one gateway, as they came. */
interface Raw {
  version: string;
  entities: Record<string, Json>;
  plugins: Record<string, Json>;
  meta?: JsonObject;
}

const metaFile = 'ENTITY-META.json';

async function readJson(file: string): Promise<Json> {
  return JSON.parse(await readFile(file, 'utf8')) as Json;
}

async function readSchemas(folder: string): Promise<Record<string, Json>> {
  if (!existsSync(folder)) return {};
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && name !== metaFile).sort();
  const schemas = names.map(async (name) => [path.parse(name).name, await readJson(path.join(folder, name))] as const);
  return Object.fromEntries(await Promise.all(schemas));
}

const schemaPath = /^\/schemas\/(plugins\/)?([a-z0-9_-]+)$/;

/** Answers to `GET /schemas/…` among recorded exchanges, one JSON object a line. */
async function readRecorded(from: string, version: string): Promise<Pick<Raw, 'entities' | 'plugins'>> {
  const recorded: Pick<Raw, 'entities' | 'plugins'> = { entities: {}, plugins: {} };
  const folder = path.join(from, 'recordings', 'exchanges');
  const names = existsSync(folder) ? await readdir(folder) : [];
  const file = names.find((name) => name.startsWith(`kong-${version}.`) && /^kong-[\d.]+__meta\.jsonl$/.test(name));
  if (file === undefined) return recorded;
  for (const line of (await readFile(path.join(folder, file), 'utf8')).split('\n')) {
    if (line === '') continue;
    const exchange = JSON.parse(line) as Json;
    if (!isObject(exchange) || exchange.status !== 200 || typeof exchange.responseBody !== 'string') continue;
    const [, plugin, name] = schemaPath.exec(String(exchange.path)) ?? [];
    if (name !== undefined) recorded[plugin ? 'plugins' : 'entities'][name] = JSON.parse(exchange.responseBody) as Json;
  }
  return recorded;
}

async function readVersion(from: string, version: string): Promise<Raw> {
  const entityFolder = path.join(from, 'entity-schemas', version);
  const meta = existsSync(path.join(entityFolder, metaFile)) ? await readJson(path.join(entityFolder, metaFile)) : null;
  const recorded = await readRecorded(from, version);
  return {
    version,
    entities: { ...(await readSchemas(entityFolder)), ...recorded.entities },
    plugins: { ...(await readSchemas(path.join(from, 'plugin-schemas', version))), ...recorded.plugins },
    ...(isObject(meta) && { meta }),
  };
}

async function get(address: string): Promise<Json | undefined> {
  const response = await fetch(address);
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return (await response.json()) as Json;
}

/** Kong lists its plugins but not its entity kinds: those of the shipped facts are asked for one by one. */
async function readGateway(admin: string, kinds: string[]): Promise<Raw> {
  const root = await get(admin);
  if (!isObject(root) || typeof root.version !== 'string') throw new Error(`${admin}: not a Kong Admin API`);
  const plugins = isObject(root.plugins) && isObject(root.plugins.available_on_server);
  const names = plugins ? Object.keys((root.plugins as { available_on_server: JsonObject }).available_on_server) : [];
  const raw: Raw = { version: root.version.split('.').slice(0, 2).join('.'), entities: {}, plugins: {} };
  const into = async (target: Record<string, Json>, name: string, address: string): Promise<void> => {
    const schema = await get(new URL(address, `${admin.replace(/\/$/, '')}/`).href);
    if (schema !== undefined) target[name] = schema;
  };
  for (const kind of kinds) await into(raw.entities, kind, `schemas/${kind}`);
  for (const name of names.sort()) await into(raw.plugins, name, `schemas/plugins/${name}`);
  return raw;
}

const metaOf = (meta: JsonObject | undefined, kind: string): Json =>
  (isObject(meta?.entities) ? meta.entities[kind] : null) ?? null;

/** Every field that a check names is there, so that the check can be borrowed by a version whose answer leaves checks out. */
function fits(check: Json, fields: EntityFacts['fields']): boolean {
  const [rule] = isObject(check) ? Object.values(check) : [];
  if (rule === undefined) return false;
  const named = Array.isArray(rule) ? rule : isObject(rule) ? [rule.if_field, rule.then_field, rule.field_sources] : [];
  return named
    .flat()
    .filter((name) => typeof name === 'string')
    .every((name) => fields[name.split('.')[0] ?? ''] !== undefined);
}

function entityFacts(raw: Raw, kind: string, lender: Raw | undefined): EntityFacts {
  const own = raw.entities[kind] ?? null;
  const borrowed = lender?.entities[kind];
  const facts = entityFactsFromKong(own, metaOf(raw.meta ?? lender?.meta, kind));
  if (isObject(own) && own.entity_checks === undefined) {
    const lent = entityFactsFromKong(borrowed ?? null).entity_checks?.filter((check) => fits(check, facts.fields));
    const checks = unansweredChecks[raw.version]?.entities[kind] ?? lent;
    if (checks?.length) facts.entity_checks = checks;
  }
  for (const [name, field] of Object.entries(entityFactsFromKong(borrowed ?? null).fields)) {
    // What only a request has is no column, and older gateways don't tell of it.
    if (field.transient) facts.fields[name] ??= field;
  }
  // A key that names a field this version doesn't have would be no key at all.
  for (const key of ['cache_key', 'primary_key'] as const) {
    if (facts[key]?.some((name) => facts.fields[name] === undefined)) delete facts[key];
  }
  return facts;
}

function pluginFacts(raw: Raw, name: string, bundled: Json | undefined): PluginFacts {
  const facts = pluginFactsFromKong(raw.plugins[name] ?? null);
  const checks = unansweredChecks[raw.version]?.plugins[name];
  if (checks) facts.entity_checks ??= checks;
  if (Array.isArray(bundled) && !bundled.includes(name)) facts.enterprise = true;
  return facts;
}

function build(raw: Raw, lender: Raw | undefined): SchemaFacts {
  const bundled = (raw.meta ?? lender?.meta)?.bundled_plugins;
  const entities = Object.keys(raw.entities).map((kind) => [kind, entityFacts(raw, kind, lender)] as const);
  const plugins = Object.keys(raw.plugins).map((name) => [name, pluginFacts(raw, name, bundled)] as const);
  return { version: raw.version, entities: Object.fromEntries(entities), plugins: Object.fromEntries(plugins) };
}

/** One entity or plugin a line: compact, and still readable in a review. */
function format({ entities, plugins, ...head }: SchemaFacts | FactsChange): string {
  const lines = (record: object): string =>
    Object.entries(record)
      .map(([name, facts]) => `${JSON.stringify(name)}:${JSON.stringify(facts)}`)
      .join(',\n');
  const start = JSON.stringify(head).slice(0, -1);
  return `${start},\n"entities":{\n${lines(entities)}\n},\n"plugins":{\n${lines(plugins)}\n}}\n`;
}

async function write(out: string, facts: SchemaFacts | FactsChange): Promise<void> {
  const file = path.join(out, `${facts.version}.json`);
  const text = format(facts);
  await writeFile(file, text);
  console.log(
    `${file}: ${Object.keys(facts.entities).length} kinds, ${Object.keys(facts.plugins).length} plugins, ${Math.round(text.length / 1024)} KiB`,
  );
}

/** Every kind that any shipped version has, as the newest has it. */
async function readShipped(folder: string): Promise<Record<string, EntityFacts>> {
  const source = schemaFolder(folder);
  const shipped: Record<string, EntityFacts> = {};
  for (const version of source.versions) Object.assign(shipped, (await source.facts(version)).entities);
  return shipped;
}

/** What a folder of answers holds, oldest version first. */
async function readFolder(from: string): Promise<SchemaFacts[]> {
  const folders = ['entity-schemas', 'plugin-schemas'].map((name) => path.join(from, name)).filter(existsSync);
  const versions = new Set((await Promise.all(folders.map((folder) => readdir(folder)))).flat());
  const raws = await Promise.all([...versions].sort(compareVersions).map((version) => readVersion(from, version)));
  const lender = raws.filter(({ meta }) => meta !== undefined).at(-1);
  const all = raws.map((raw) => build(raw, raw.meta ? undefined : lender));
  const known = all.find(({ version }) => version === entitiesFrom)?.entities;
  return all.map((facts) =>
    known && Object.keys(facts.entities).length === 0
      ? { ...facts, entities: derivedEntities(facts.version, known) }
      : facts,
  );
}

/** A version told by its neighbour where that is shorter. */
function shortest(facts: SchemaFacts, all: readonly SchemaFacts[]): SchemaFacts | FactsChange {
  // What is used most stands by itself, so that one file is all there is to read.
  if (facts.version === entitiesFrom) return facts;
  const base = all.find(({ version }) => version === (bases[facts.version] ?? entitiesFrom));
  const change = base && changeBetween(base, facts);
  return change && format(change).length < format(facts).length * 0.8 ? change : facts;
}

/** Versions that are nearer to another than to `entitiesFrom`. */
const bases: Readonly<Record<string, string>> = { '3.12': '3.10' };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      admin: { type: 'string' },
      out: { type: 'string', default: 'schemas' },
      whole: { type: 'boolean', default: false },
    },
  });
  await mkdir(values.out, { recursive: true });
  if (values.admin !== undefined) {
    const shipped = await readShipped(values.out);
    const facts = build(await readGateway(values.admin, Object.keys(shipped)), undefined);
    // Keys and addresses are no part of a gateway's answer.
    for (const [kind, own] of Object.entries(facts.entities)) facts.entities[kind] = { ...shipped[kind], ...own };
    return write(values.out, facts);
  }
  if (values.from === undefined) throw new Error('--from FOLDER or --admin URL is missing');
  const all = await readFolder(values.from);
  for (const facts of all) {
    if (positionals.length && !positionals.includes(facts.version)) continue;
    await write(values.out, values.whole ? facts : shortest(facts, all));
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
