import { compareVersions } from '../../schema/source.js';

/** How Kong reads a value. `list`: comma-separated. `listen`: a list of addresses. `size`: `128m`. Text when absent. */
export type PropertyType = 'boolean' | 'number' | 'list' | 'listen' | 'size';

/** What is known of one property of kong.conf. */
export interface PropertyFacts {
  type?: PropertyType;
  /** Kong's own; absent where it has none. */
  default?: string;
  /** Where versions differ: the default from each of these versions on. */
  defaults?: Record<string, string>;
  /** The first version known to have it; absent where the oldest known one has. */
  since?: string;
  /** The last version known to have it; absent where the newest known one has. */
  until?: string;
  /** The only values; of a list, its only items. */
  values?: string[];
  /** True where `values` or `type` are told by the default alone: they are offered, nothing is held to them. */
  open?: boolean;
  min?: number;
  max?: number;
  whole?: boolean;
  /** The property that took its place. */
  replacedBy?: string;
  /** A password or a key: better read from a vault. */
  secret?: boolean;
  /** True for what Kong reads and documents nowhere: known, not offered. */
  undocumented?: boolean;
}

export interface KongConfFacts {
  /** Versions of Kong that the facts are of, oldest first. */
  versions: string[];
  properties: Record<string, PropertyFacts>;
}

/** What properties of a kind have in common whose names nobody can list. */
export interface OpenNames {
  pattern: RegExp;
  /** What it is for, in a few words. */
  meaning: string;
}

const nginxBlocks =
  'main|events|http|upstream|proxy|location|status|debug|admin|stream|supstream|sproxy|wasm|wasm_shm_kv|wasm_wasmtime|wasm_v8|wasm_wasmer';

/** Names that Kong takes by their beginning: directives for nginx, vaults and plugin servers. */
export const openNames: readonly OpenNames[] = [
  {
    pattern: new RegExp(`^nginx_(${nginxBlocks})_(\\w+)$`),
    meaning: 'a directive that Kong writes into nginx’ own configuration',
  },
  { pattern: /^pluginserver_(\w+)_(socket|start_cmd|query_cmd)$/, meaning: 'one of the plugin servers' },
  { pattern: /^vault_([a-z0-9]+)_(\w+)$/, meaning: 'the configuration of a vault' },
];

/** Blocks of nginx that directives can be put into, and where they stand. */
export const nginxPlaces: Readonly<Record<string, string>> = {
  main: 'the top of nginx.conf',
  events: 'the block `events`',
  http: 'the block `http`',
  proxy: 'the server of the proxy',
  location: 'the locations of the proxy',
  upstream: 'the upstream of the proxy',
  admin: 'the server of the Admin API',
  status: 'the server of the status API',
  debug: 'the server of the debug API',
  stream: 'the block `stream`',
  sproxy: 'the server of the stream proxy',
  supstream: 'the upstream of the stream proxy',
};

/** @returns undefined for a name that Kong has no property of. */
export function propertyOf(facts: KongConfFacts, name: string): PropertyFacts | undefined {
  return Object.hasOwn(facts.properties, name) ? facts.properties[name] : undefined;
}

/** Whether a version has a property. Between versions that facts are of it counts as there if either has it. */
export function isIn({ versions }: KongConfFacts, { since, until }: PropertyFacts, version: string): boolean {
  const next = versions.find((known) => compareVersions(known, version) >= 0);
  const last = versions.findLast((known) => compareVersions(known, version) <= 0);
  if (since !== undefined && next !== undefined && compareVersions(next, since) < 0) return false;
  return until === undefined || last === undefined || compareVersions(last, until) <= 0;
}

/** Kong's own value of a property in a version; undefined where it has none. */
export function defaultIn({ default: always, defaults = {} }: PropertyFacts, version: string): string | undefined {
  const fitting = Object.keys(defaults).filter((from) => compareVersions(from, version) <= 0);
  const newest = fitting.sort(compareVersions).at(-1);
  return newest === undefined ? always : defaults[newest];
}

/** The environment variable that goes before the property in the file. */
export const environmentVariable = (name: string): string => `KONG_${name.toUpperCase()}`;

/** Kong's page on a property. */
export const propertyPage = (name: string): string =>
  `https://developer.konghq.com/gateway/configuration/#${name.replaceAll('_', '-')}`;
