import { KongBackupError } from '../core/errors.js';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { Entity } from './entity.js';

/** What Konga kept of a gateway, read from the file that it lets one download. */
export interface KongaSnapshot {
  name?: string;
  /** As Konga wrote it: `1.3.0`, or only the line of it: `0.14`. */
  kongVersion?: string;
  /** ISO 8601, UTC. */
  madeAt?: string;
  entities: Entity[];
  /** What the file does not hold, kind by kind. */
  lacking: KongaGap[];
}

export interface KongaGap {
  kind: string;
  /** How many of them are known to be missing. */
  count?: number;
  reason: string;
}

/** Konga wrote the names of the Admin API's endpoints: with an s in its later versions, without one in its earlier ones. */
const credentialKinds: Readonly<Record<string, string>> = {
  'basic-auth': 'basicauth_credentials',
  'key-auth': 'keyauth_credentials',
  'hmac-auth': 'hmacauth_credentials',
  jwt: 'jwt_secrets',
  oauth2: 'oauth2_credentials',
};

/** Kinds that no version of Konga read. */
const neverTaken = ['ca_certificates', 'consumer_groups', 'key_sets', 'keys', 'vaults'];
/** Lists that all but the oldest versions wrote; where one is missing nobody knows what the gateway had. */
const wanted = ['services', 'routes', 'consumers', 'plugins', 'upstreams', 'certificates', 'snis'];
/** What Konga wrote beside the fields of Kong. */
const ownFields = new Set(['extras', 'orderlist', 'credentials', 'created_at', 'updated_at']);
/** How plugins, credentials and targets named what they belong to before Kong 1.0. */
const oldReferences: Readonly<Record<string, string>> = {
  service_id: 'service',
  route_id: 'route',
  consumer_id: 'consumer',
  upstream_id: 'upstream',
};

/** Whether a value is what Konga lets one download: a record of its database. */
export const isKongaSnapshot = (value: Json): value is JsonObject =>
  isObject(value) &&
  isObject(value['data']) &&
  ('kong_version' in value || 'kong_node_name' in value || 'kong_node_url' in value) &&
  !('_format_version' in value);

/** @param place what a person calls the file. @throws KongBackupError `file-invalid` for lists that are none. */
export function readKongaSnapshot(value: JsonObject, place: string): KongaSnapshot {
  const data = isObject(value['data']) ? value['data'] : {};
  const reader = new Reader(place);
  reader.readAll(data);
  const version = versionOf(value['kong_version']);
  const madeAt = timeOf(value['createdAt']);
  const name = value['name'];
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(version !== undefined && { kongVersion: version }),
    ...(madeAt !== undefined && { madeAt }),
    entities: [...reader.entities.values()],
    lacking: [...reader.lacking, ...lackingLists(data, reader)],
  };
}

/** `0-14-x` is how Konga called the line 0.14. */
function versionOf(value: Json | undefined): string | undefined {
  const [, major, minor, patch] = /^(\d+)[.-](\d+)(?:[.-](\d+))?/.exec(typeof value === 'string' ? value : '') ?? [];
  return major === undefined ? undefined : [major, minor, patch].filter((each) => each !== undefined).join('.');
}

function timeOf(value: Json | undefined): string | undefined {
  const time = typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined;
}

class Reader {
  /** By kind and id: what stands in two lists is one entity. */
  readonly entities = new Map<string, Entity>();
  readonly lacking: KongaGap[] = [];

  constructor(private readonly place: string) {}

  readAll(data: JsonObject): void {
    for (const kind of ['services', 'routes', 'plugins', 'certificates', 'snis', 'acls']) this.list(data, kind, kind);
    this.consumers(data);
    this.upstreams(data);
    const apis = this.items(data, 'apis', 'apis');
    if (apis.length === 0) return;
    this.lacking.push({
      kind: 'apis',
      count: apis.length,
      reason: 'APIs of Kong before 0.13 became services and routes: no gateway of today takes them as they are.',
    });
  }

  /** One list of entities, and what older versions wrote inside of them. */
  private list(holder: JsonObject, key: string, kind: string, parent: JsonObject = {}, at = key): void {
    for (const item of this.items(holder, key, at)) this.add(kind, item, parent);
  }

  private add(kind: string, item: JsonObject, parent: JsonObject): void {
    const { id } = item;
    const own: JsonObject = {};
    for (const [name, value] of Object.entries(item)) {
      const reference = oldReferences[name];
      if (reference !== undefined) {
        if (typeof value === 'string' && value !== '') own[reference] = { id: value };
      } else if (!ownFields.has(name) && !this.isInside(kind, name)) own[name] = value;
    }
    const fields: JsonObject = {
      ...own,
      ...parent,
      id: typeof id === 'string' && id !== '' ? id : crypto.randomUUID(),
    };
    this.entities.set(`${kind} ${String(fields['id'])}`, { kind, fields });
    const here = { id: String(fields['id']) };
    if (kind === 'services') {
      this.list(item, 'routes', 'routes', { service: here });
      this.list(item, 'plugins', 'plugins', { service: here });
    } else if (kind === 'routes') this.list(item, 'plugins', 'plugins', { route: here });
    else if (kind === 'certificates') this.names(item['snis'], here);
  }

  private isInside(kind: string, name: string): boolean {
    const inside: Record<string, readonly string[]> = {
      services: ['routes', 'plugins'],
      routes: ['plugins'],
      consumers: ['acls', 'plugins'],
      upstreams: ['targets'],
      certificates: ['snis'],
    };
    return inside[kind]?.includes(name) === true;
  }

  /** Names of a certificate, as Kong shows them: they are entities of their own in a list beside it, where there is one. */
  private names(value: Json | undefined, certificate: JsonObject): void {
    if (!Array.isArray(value)) return;
    for (const name of value) {
      if (typeof name !== 'string' || this.has('snis', 'name', name)) continue;
      const id = crypto.randomUUID();
      this.entities.set(`snis ${id}`, { kind: 'snis', fields: { id, name, certificate } });
    }
  }

  private has(kind: string, field: string, value: Json): boolean {
    return [...this.entities.values()].some((each) => each.kind === kind && each.fields[field] === value);
  }

  private consumers(data: JsonObject): void {
    const consumers = this.items(data, 'consumers', 'consumers');
    let without = 0;
    for (const [at, consumer] of consumers.entries()) {
      const { id, credentials } = consumer;
      this.add('consumers', consumer, {});
      const parent = typeof id === 'string' ? { consumer: { id } } : {};
      const inside = `consumers[${at}]`;
      this.list(consumer, 'acls', 'acls', parent, `${inside}.acls`);
      this.list(consumer, 'plugins', 'plugins', parent, `${inside}.plugins`);
      if (!isObject(credentials)) without++;
      else this.credentials(credentials, parent, inside);
    }
    if (without > 0) this.withoutCredentials(without);
  }

  private credentials(credentials: JsonObject, parent: JsonObject, inside: string): void {
    for (const key of Object.keys(credentials)) {
      const kind = credentialKinds[key] ?? credentialKinds[key.replace(/s$/, '')];
      if (kind === undefined) continue;
      this.list(credentials, key, kind, parent, `${inside}.credentials.${key}`);
    }
  }

  private withoutCredentials(count: number): void {
    const reason = `Konga wrote no credentials for ${count} of the consumers, as some of its versions did.`;
    for (const kind of Object.values(credentialKinds)) this.lacking.push({ kind, reason });
  }

  /** Later versions put targets into their upstreams, and did not always wait for them; earlier ones wrote a list beside. */
  private upstreams(data: JsonObject): void {
    const apart = Array.isArray(data['upstream_targets']);
    let without = 0;
    for (const [at, upstream] of this.items(data, 'upstreams', 'upstreams').entries()) {
      const { id } = upstream;
      this.add('upstreams', upstream, {});
      const parent = typeof id === 'string' ? { upstream: { id } } : {};
      if (Array.isArray(upstream['targets']))
        this.list(upstream, 'targets', 'targets', parent, `upstreams[${at}].targets`);
      else if (!apart) without++;
    }
    this.list(data, 'upstream_targets', 'targets');
    if (without === 0) return;
    this.lacking.push({ kind: 'targets', reason: `Konga wrote no targets for ${without} of the upstreams.` });
  }

  /** Konga wrote `null` where a gateway gave it no list. */
  private items(holder: JsonObject, key: string, at: string): JsonObject[] {
    const value = holder[key];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) throw this.invalid(`data.${at}`, 'It has to be a list.');
    return value.flatMap((item, index) => {
      if (item === null) return [];
      if (!isObject(item)) throw this.invalid(`data.${at}[${index}]`, 'An entity has to be a mapping.');
      return [item];
    });
  }

  private invalid(path: string, reason: string): KongBackupError {
    return new KongBackupError('file-invalid', {
      place: `${this.place}: ${path}`,
      reason,
      remedy: 'Download the snapshot from Konga once more.',
    });
  }
}

function lackingLists(data: JsonObject, { entities, lacking }: Reader): KongaGap[] {
  const said = new Set(lacking.map(({ kind }) => kind));
  const held = new Set([...entities.values()].map(({ kind }) => kind));
  const isRead = (kind: string): boolean => {
    const list = data[kind];
    return held.has(kind) || (Array.isArray(list) && !list.includes(null));
  };
  const missing = wanted
    .filter((kind) => !said.has(kind) && !isRead(kind))
    .map((kind) => ({ kind, reason: `The file of Konga has no list of ${kind}.` }));
  return [...missing, ...neverTaken.map((kind) => ({ kind, reason: `Konga does not take ${kind}.` }))];
}
