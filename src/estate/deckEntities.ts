import { isObject, type Json, type JsonObject } from '../core/json.js';
import { deckNesting, type Nested } from '../schema/nesting.js';
import type { Path } from '../schema/problem.js';
import { membership } from './deckNames.js';
import type { Entity } from './entity.js';
import { entityKind } from './kinds.js';

/** An entity and where it stands in its file. */
export interface Place {
  entity: Entity;
  path: Path;
  /** Has no tags of its own. */
  untagged: boolean;
}

type Fail = (path: Path, reason: string) => Error;

/** What decK's files say once for many entities. */
interface Shared {
  /** From `_info.defaults`, by kind. */
  defaults: ReadonlyMap<string, JsonObject>;
  /** From `_plugin_configs`. */
  pluginConfigs: JsonObject;
}

/** The lists of children that an entity of a kind may have inside. */
export type Nesting = (kind: string) => readonly Nested[];

const deckNestingOf: Nesting = (kind) => deckNesting[kind] ?? [];

/** Every entity of the lists, children out of their parents, ids made where there are none. References stay as written. */
export function collectEntities(
  root: JsonObject,
  lists: readonly string[],
  fail: Fail,
  nesting: Nesting = deckNestingOf,
): Place[] {
  const shared = readShared(root);
  const places: Place[] = [];
  const collector = new Collector(shared, places, fail, nesting);
  for (const list of lists) {
    if (list === 'custom_entities') collector.custom(root[list] ?? null, [list]);
    else collector.list(root[list] ?? null, list, [list]);
  }
  return places;
}

const defaultsOf: Readonly<Record<string, string>> = {
  service: 'services',
  route: 'routes',
  upstream: 'upstreams',
  target: 'targets',
};

function readShared(root: JsonObject): Shared {
  const info = isObject(root['_info']) ? root['_info'] : {};
  const given = isObject(info['defaults']) ? info['defaults'] : {};
  const defaults = new Map<string, JsonObject>();
  for (const [name, kind] of Object.entries(defaultsOf)) {
    const value = given[name];
    if (isObject(value)) defaults.set(kind, value);
  }
  return { defaults, pluginConfigs: isObject(root['_plugin_configs']) ? root['_plugin_configs'] : {} };
}

class Collector {
  constructor(
    private readonly shared: Shared,
    private readonly places: Place[],
    private readonly fail: Fail,
    private readonly nesting: Nesting,
  ) {}

  list(value: Json, kind: string, path: Path, parent?: JsonObject): void {
    for (const [item, itemPath] of this.items(value, path)) this.entity(item, kind, itemPath, parent);
  }

  /** `custom_entities`: a type and its fields. */
  custom(value: Json, path: Path): void {
    for (const [item, itemPath] of this.items(value, path)) {
      const { type, fields, id } = item;
      if (typeof type !== 'string') throw this.fail([...itemPath, 'type'], 'A custom entity has a type.');
      const own = { ...(isObject(fields) ? fields : {}), id: id ?? crypto.randomUUID() };
      this.add(type, own, itemPath);
    }
  }

  private *items(value: Json, path: Path): Generator<[item: JsonObject, path: Path]> {
    if (value === null) return;
    // Kong and decK take an empty mapping for an empty list.
    if (isObject(value) && Object.keys(value).length === 0) return;
    if (!Array.isArray(value)) throw this.fail(path, 'It has to be a list.');
    for (const [index, item] of value.entries()) {
      if (!isObject(item)) throw this.fail([...path, index], 'An entity has to be a mapping.');
      yield [item, [...path, index]];
    }
  }

  private entity(item: JsonObject, kind: string, path: Path, parent: JsonObject = {}): void {
    const fields = this.ownFields(item, kind, path);
    Object.assign(fields, parent);
    this.add(kind, fields, path);
    const id = { id: fields['id'] ?? null };
    for (const { key, kind: childKind, field } of this.nesting(kind)) {
      if (item[key] === undefined) continue;
      this.list(item[key] ?? null, childKind, [...path, key], { [field]: id });
    }
    if (kind === 'consumers') this.members(item['groups'], [...path, 'groups'], { consumer: id }, 'consumer_group');
    if (kind === 'consumer_groups') {
      this.members(item['consumers'], [...path, 'consumers'], { consumer_group: id }, 'consumer');
    }
  }

  private ownFields(item: JsonObject, kind: string, path: Path): JsonObject {
    const fields: JsonObject = { ...this.shared.defaults.get(kind), ...item };
    for (const { key } of this.nesting(kind)) delete fields[key];
    if (kind === 'consumers') delete fields['groups'];
    if (kind === 'consumer_groups') delete fields['consumers'];
    delete fields['created_at'];
    delete fields['updated_at'];
    if (kind === 'services') expandUrl(fields, () => this.fail([...path, 'url'], 'The URL of the service is none.'));
    if (kind === 'plugins') this.expandConfig(fields, path);
    const { id } = fields;
    if (typeof id !== 'string' || id === '') fields['id'] = crypto.randomUUID();
    return fields;
  }

  private expandConfig(fields: JsonObject, path: Path): void {
    const { _config: name } = fields;
    if (name === undefined) return;
    delete fields['_config'];
    const shared = typeof name === 'string' ? this.shared.pluginConfigs[name] : undefined;
    if (!isObject(shared)) throw this.fail([...path, '_config'], 'There is no such entry under `_plugin_configs`.');
    fields['config'] = merged(shared, isObject(fields['config']) ? fields['config'] : {});
  }

  /** Memberships are entities of their own on the gateway, names in a list in the file. */
  private members(value: Json | undefined, path: Path, one: JsonObject, otherField: string): void {
    for (const [item, itemPath] of this.items(value ?? null, path)) {
      const { id } = item;
      const name = item['name'] ?? item['username'];
      const other: JsonObject = typeof id === 'string' ? { id } : { name: name ?? null };
      this.add(membership, { id: crypto.randomUUID(), ...one, [otherField]: other }, itemPath);
    }
  }

  private add(kind: string, fields: JsonObject, path: Path): void {
    this.places.push({ entity: { kind, fields }, path, untagged: entityKind(kind).untagged === true });
  }
}

/** `url` is short for protocol, host, port and path, and beats them. */
function expandUrl(fields: JsonObject, fail: () => Error): void {
  const { url } = fields;
  if (url === undefined) return;
  delete fields['url'];
  if (url === null) return;
  const parts =
    typeof url === 'string' ? /^([a-z_]+):\/\/(\[[^\]]+\]|[^/:?#]+)(?::(\d+))?(\/[^?#]*)?/i.exec(url) : null;
  if (!parts) throw fail();
  const [, protocol = '', host = '', port, path] = parts;
  fields['protocol'] = protocol.toLowerCase();
  fields['host'] = host;
  fields['port'] = port === undefined ? (/^(https|grpcs|tls|wss)$/i.test(protocol) ? 443 : 80) : Number(port);
  if (path === undefined) delete fields['path'];
  else fields['path'] = path;
}

/** The plugin's own values win, record by record. */
function merged(shared: JsonObject, own: JsonObject): JsonObject {
  const result: JsonObject = { ...shared };
  for (const [name, value] of Object.entries(own)) {
    const other = result[name];
    result[name] = isObject(value) && isObject(other) ? merged(other, value) : value;
  }
  return result;
}
