import { isObject, type Json, type JsonObject } from '../../src/core/json.js';
import type { Entity } from '../../src/estate/entity.js';

export interface Access {
  workspace?: string;
  headers?: Record<string, string>;
}

/** Addresses of lists, by kind, owners first. */
const lists: Readonly<Record<string, string>> = {
  services: 'services',
  routes: 'routes',
  consumers: 'consumers',
  upstreams: 'upstreams',
  certificates: 'certificates',
  snis: 'snis',
  ca_certificates: 'ca_certificates',
  vaults: 'vaults',
  key_sets: 'key-sets',
  keys: 'keys',
  keyauth_credentials: 'key-auths',
  basicauth_credentials: 'basic-auths',
  hmacauth_credentials: 'hmac-auths',
  jwt_secrets: 'jwts',
  oauth2_credentials: 'oauth2',
  acls: 'acls',
  plugins: 'plugins',
};

export const workspaceUrl = (url: string, workspace = 'default'): string =>
  workspace === 'default' ? url : `${url}/${workspace}`;

/** All that a gateway holds, read with nothing of the product in between: what engines are measured by. */
export async function readGateway(url: string, { workspace, headers = {} }: Access = {}): Promise<Entity[]> {
  const base = workspaceUrl(url, workspace);
  const entities: Entity[] = [];
  for (const [kind, list] of Object.entries(lists)) {
    for (const fields of await readList(`${base}/${list}`, headers)) {
      entities.push({ kind, fields });
      if (kind !== 'upstreams') continue;
      const targets = await readList(`${base}/upstreams/${String(fields['id'])}/targets`, headers);
      entities.push(...targets.map((target) => ({ kind: 'targets', fields: target })));
    }
  }
  return entities;
}

async function readList(address: string, headers: Record<string, string>): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  let next: string | null = `${address}?size=1000`;
  while (next !== null) {
    const response: Response = await fetch(next, { headers });
    if (response.status === 404) return [];
    if (!response.ok) throw new Error(`${next}: ${response.status} ${await response.text()}`);
    const page = (await response.json()) as { data: JsonObject[]; next: string | null };
    items.push(...page.data);
    next = page.next === null ? null : new URL(page.next, address).href;
  }
  return items;
}

/** Deletes everything, children first. @throws Error at the first refusal. */
export async function wipeGateway(url: string, access: Access = {}): Promise<void> {
  const base = workspaceUrl(url, access.workspace);
  for (const { kind, fields } of (await readGateway(url, access)).reverse()) {
    const id = String(fields['id']);
    const upstream = (fields['upstream'] as JsonObject | undefined)?.['id'];
    const place = kind === 'targets' ? `upstreams/${String(upstream)}/targets/${id}` : `${lists[kind]}/${id}`;
    const response = await fetch(`${base}/${place}`, { method: 'DELETE', headers: access.headers ?? {} });
    if (response.status >= 300 && response.status !== 404) throw new Error(`DELETE ${place}: ${response.status}`);
  }
}

/** Fields that the gateway computes or repeats. */
const computed = new Set(['created_at', 'updated_at', 'cert_digest']);

/**
 * Entities in a form in which equal ones look alike: without times, nulls, empty lists and the order of sets, sorted.
 * @param keep the fields of a kind to compare; undefined for all.
 */
export function comparableEntities(
  entities: readonly Entity[],
  keep: (kind: string) => ReadonlySet<string> | undefined = () => undefined,
): string[] {
  const lines = entities.map(({ kind, fields }) => {
    const kept = keep(kind);
    const shown = Object.entries(fields).filter(
      ([field]) => !computed.has(field) && !(kind === 'certificates' && field === 'snis') && (kept?.has(field) ?? true),
    );
    return `${kind} ${JSON.stringify(plain(Object.fromEntries(shown)))}`;
  });
  return lines.sort();
}

function plain(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) {
    const items = value.map(plain).filter((item) => item !== undefined);
    const sorted = items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return sorted.length > 0 ? sorted : undefined;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, plain(item)] as const)
    .filter((entry): entry is readonly [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
