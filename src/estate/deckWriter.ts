import { isObject, type Json, type JsonObject } from '../core/json.js';
import { deckNesting, type Nested } from '../schema/nesting.js';
import { membership, textReferences, topLists } from './deckNames.js';
import type { Entity } from './entity.js';
import { isKnownKind } from './kinds.js';
import { referencedId } from './naturalKey.js';
import { pushEntry } from './yamlText.js';

export interface DeckFileHead {
  /** "3.0"; "1.1" for gateways before 3.0. */
  formatVersion: string;
  workspace?: string;
  /** decK leaves these out of each entity and adds them when it reads the file. */
  selectTags?: readonly string[];
  /**
   * Whether a null says something, because absent would mean a default; the path is `retries` or `healthchecks.active.type`.
   * All others are left out, as decK does, except under `config`: decK keeps those as they are.
   */
  keepNull?: (kind: string, path: string) => boolean;
}

const chunkLines = 4096;
const left = new Set(['created_at', 'updated_at', 'ws_id']);

/** decK's state format, chunk by chunk: what `deck dump --with-id` writes for the same entities. */
export function* writeDeckFile(entities: Iterable<Entity>, head: DeckFileHead): Generator<string> {
  const writer = new Writer(entities, head);
  let lines: string[] = [];
  pushHead(lines, head);
  for (const { key, items } of writer.lists()) {
    lines.push(`${key}:`);
    for (const item of items) {
      pushListItem(lines, writer.form(item));
      if (lines.length < chunkLines) continue;
      yield lines.join('\n') + '\n';
      lines = [];
    }
  }
  if (lines.length > 0) yield lines.join('\n') + '\n';
}

/** Entities that decK's format can only hold inside a parent that is not among them. They are not written. */
export function orphansOf(entities: readonly Entity[]): Entity[] {
  const ids = new Set(entities.map(({ fields }) => fields['id']));
  return entities.filter(({ kind, fields }) => {
    const home = homes.get(kind);
    return home !== undefined && !ids.has(referencedId(fields[home.field]) ?? '');
  });
}

/** Kinds that can't stand at the top, and the field that names the parent they stand in. */
const homes: ReadonlyMap<string, Nested> = new Map([
  ...Object.values(deckNesting)
    .flat()
    .filter(({ kind }) => !topLists.includes(kind))
    .map((nested) => [nested.kind, nested] as const),
  [membership, { key: 'groups', kind: membership, field: 'consumer' }],
]);

function pushHead(lines: string[], { formatVersion, workspace, selectTags }: DeckFileHead): void {
  lines.push(`_format_version: "${formatVersion}"`);
  if (selectTags !== undefined && selectTags.length > 0) {
    pushEntry(lines, '', 0, '_info', { defaults: {}, select_tags: [...selectTags] });
  }
  if (workspace !== undefined) pushEntry(lines, '', 0, '_workspace', workspace);
}

function pushListItem(lines: string[], item: JsonObject): void {
  Object.keys(item)
    .sort()
    .forEach((name, index) => pushEntry(lines, index === 0 ? '- ' : '  ', 2, name, item[name] ?? null));
}

class Writer {
  private readonly byId = new Map<string, Entity>();
  /** Children by `<parent's id> <list>`. */
  private readonly children = new Map<string, Entity[]>();
  private readonly top = new Map<string, Entity[]>();

  constructor(
    entities: Iterable<Entity>,
    private readonly head: DeckFileHead,
  ) {
    const all = [...entities];
    for (const entity of all) this.byId.set(String(entity.fields['id']), entity);
    for (const entity of all) this.place(entity);
  }

  *lists(): Generator<{ key: string; items: Entity[] }> {
    for (const key of topLists) {
      const items = this.top.get(key);
      if (items) yield { key, items: sorted(items) };
    }
  }

  private place(entity: Entity): void {
    const { kind, fields } = entity;
    const parents = nestings.get(kind) ?? [];
    const present = parents.filter(({ field }) => referencedId(fields[field]) !== undefined);
    const only = present.length === 1 ? present[0] : undefined;
    const parent = only && referencedId(fields[only.field]);
    if (only && parent !== undefined && this.byId.has(parent))
      return add(this.children, `${parent} ${only.key}`, entity);
    if (homes.has(kind)) return;
    add(this.top, isKnownKind(kind) ? kind : 'custom_entities', entity);
  }

  /** One entity with its children inside, as the file has it. */
  form(entity: Entity): JsonObject {
    const { kind, fields } = entity;
    if (!isKnownKind(kind)) return this.customForm(entity);
    const item = this.ownFields(entity);
    for (const nested of deckNesting[kind] ?? []) {
      const inside = this.children.get(`${String(fields['id'])} ${nested.key}`);
      if (inside) item[nested.key] = sorted(inside).map((child) => this.childForm(child, nested));
    }
    const groups = kind === 'consumers' ? this.children.get(`${String(fields['id'])} groups`) : undefined;
    if (groups) item['groups'] = groups.map(({ fields: inside }) => this.groupForm(inside));
    return item;
  }

  private childForm(child: Entity, { field }: Nested): JsonObject {
    const item = this.form(child);
    delete item[field];
    return item;
  }

  private groupForm(fields: JsonObject): JsonObject {
    const id = referencedId(fields['consumer_group']) ?? '';
    const name = this.byId.get(id)?.fields['name'];
    return typeof name === 'string' ? { id, name } : { id };
  }

  /** decK's own word for entities that it has no list for. */
  private customForm({ kind, fields }: Entity): JsonObject {
    const { id, ...rest } = fields;
    const own = Object.entries(rest).filter(([name, value]) => value !== null && !left.has(name));
    return { ...(id === undefined ? {} : { id }), type: kind, fields: Object.fromEntries(own) };
  }

  private ownFields({ kind, fields }: Entity): JsonObject {
    const item: JsonObject = {};
    for (const [name, value] of Object.entries(fields)) {
      if (left.has(name) || (value === null && !this.keepsNull(kind, name))) continue;
      if (name === 'snis' && kind === 'certificates') continue;
      if (name === 'tags') {
        const tags = this.withoutSelected(value);
        if (tags !== undefined) item['tags'] = tags;
      } else
        item[name] =
          textReferences[kind]?.includes(name) === true
            ? this.asText(kind, name, value)
            : this.trimmed(kind, name, value);
    }
    return item;
  }

  private keepsNull(kind: string, path: string): boolean {
    return this.head.keepNull?.(kind, path) === true;
  }

  private trimmed(kind: string, path: string, value: Json): Json {
    if (!isObject(value) || path === 'config') return value;
    const result: JsonObject = {};
    for (const [name, inner] of Object.entries(value)) {
      const place = `${path}.${name}`;
      if (inner !== null || this.keepsNull(kind, place)) result[name] = this.trimmed(kind, place, inner);
    }
    return result;
  }

  private withoutSelected(tags: Json): Json | undefined {
    const selected = this.head.selectTags;
    if (!Array.isArray(tags) || selected === undefined || selected.length === 0) return tags;
    const own = tags.filter((tag) => typeof tag !== 'string' || !selected.includes(tag));
    return own.length === 0 ? undefined : own;
  }

  /** decK names what it can by name; certificates have none. */
  private asText(kind: string, field: string, value: Json): Json {
    const id = referencedId(value);
    if (id === undefined) return value;
    const target = this.byId.get(id)?.fields;
    const name =
      kind === 'services' && field === 'client_certificate' ? undefined : (target?.['name'] ?? target?.['username']);
    return typeof name === 'string' ? name : id;
  }
}

/** Where each kind may stand inside another. */
const nestings: ReadonlyMap<string, Nested[]> = (() => {
  const result = new Map<string, Nested[]>();
  for (const nested of Object.values(deckNesting).flat()) add(result, nested.kind, nested);
  result.set(membership, [{ key: 'groups', kind: membership, field: 'consumer' }]);
  return result;
})();

function add<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

const sortFields = ['name', 'username', 'prefix', 'target', 'cert', 'key', 'group', 'client_id', 'custom_id'];

function sortText({ fields }: Entity): string {
  for (const name of sortFields)
    if (typeof fields[name] === 'string') return `${fields[name]}\u0000${String(fields['id'])}`;
  return String(fields['id']);
}

function sorted(entities: readonly Entity[]): Entity[] {
  const keyed = entities.map((entity) => [sortText(entity), entity] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return keyed.map(([, entity]) => entity);
}
