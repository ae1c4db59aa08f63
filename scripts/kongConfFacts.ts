/**
 * Builds `schemas/kong-conf.json`: what kong.conf may hold, by name. Facts only; what they mean is for Kong's own pages.
 *
 *   npm run conf:facts -- --from FILE [--out schemas/kong-conf.json]
 *
 * FILE holds, by version of Kong, the properties of its kong.conf.default: `{ "3.9": { "log_level": { "default": "notice" } } }`.
 * How a value is read stands in kongConfTypes.ts.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { KongConfFacts, PropertyFacts } from '../src/language/kongConf/facts.js';
import { compareVersions } from '../src/schema/source.js';
import { knownTypes, undocumentedNames } from './kongConfTypes.js';

type Given = Record<string, Record<string, { default?: string | string[] | null }>>;

/** Names with a gap to be filled in: `pluginserver_XXX_socket`. */
const isTemplate = (name: string): boolean => name.includes('XXX');

const textOf = (value: string | string[] | null | undefined): string | undefined =>
  value === undefined || value === null || value === '""' ? undefined : Array.isArray(value) ? value.join(', ') : value;

function typeFrom(name: string, value: string | string[] | null | undefined): PropertyFacts {
  // What nginx takes is nginx' own affair.
  if (name.startsWith('nginx_')) return {};
  if (Array.isArray(value)) return { type: 'list', open: true };
  if (value === 'on' || value === 'off') return { type: 'boolean', open: true };
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? { type: 'number', open: true } : {};
}

/** The default where it is always the same, else the default from each version on that has another one. */
function defaultsIn(name: string, given: Given, having: readonly string[]): PropertyFacts {
  const changes: Record<string, string> = {};
  let before: string | undefined;
  for (const version of having) {
    const now = textOf(given[version]?.[name]?.default);
    if (now !== undefined && now !== before) changes[version] = now;
    before = now;
  }
  const [first, ...others] = Object.values(changes);
  if (first === undefined) return {};
  return others.length === 0 ? { default: first } : { defaults: changes };
}

function factsOf(name: string, given: Given, versions: readonly string[], known: PropertyFacts | undefined) {
  const having = versions.filter((version) => given[version]?.[name]);
  const [first = '', last = ''] = [having.at(0), having.at(-1)];
  return {
    ...(known ?? typeFrom(name, given[last]?.[name]?.default)),
    ...defaultsIn(name, given, having),
    ...(first !== versions.at(0) && { since: first }),
    ...(last !== versions.at(-1) && { until: last }),
  };
}

export function kongConfFacts(given: Given): KongConfFacts {
  const versions = Object.keys(given).sort(compareVersions);
  const known = knownTypes();
  const names = new Set(versions.flatMap((version) => Object.keys(given[version] ?? {})));
  const properties = Object.fromEntries(
    [...names]
      .filter((name) => !isTemplate(name))
      .map((name) => [name, factsOf(name, given, versions, known.get(name))]),
  );
  for (const name of undocumentedNames) properties[name] ??= known.get(name) ?? {};
  return { versions, properties };
}

/** One property a line, so that differences can be read. */
export function written({ versions, properties }: KongConfFacts): string {
  const lines = Object.keys(properties)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${JSON.stringify(properties[name])}`);
  return `{"versions":${JSON.stringify(versions)},"properties":{\n${lines.join(',\n')}\n}}\n`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { from: { type: 'string' }, out: { type: 'string' } } });
  if (values.from === undefined) throw new Error('--from names the file with the properties of each version');
  const given = JSON.parse(await readFile(values.from, 'utf8')) as Given;
  const out = values.out ?? 'schemas/kong-conf.json';
  await writeFile(out, written(kongConfFacts(given)));
  process.stdout.write(`${out}\n`);
}

if (process.argv[1]?.endsWith('kongConfFacts.ts')) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
