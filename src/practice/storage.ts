import { randomUUID } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../core/json.js';
import { withDefaults } from '../schema/defaults.js';
import type { EntityFacts, SchemaFacts } from '../schema/facts.js';
import { schemaViolation } from '../schema/schemaErrors.js';
import {
  invalidOption,
  missingReference,
  noSuchKey,
  noSuchValue,
  notUnique,
  primaryKeyTaken,
  stillReferenced,
  unsupported,
} from './adminErrors.js';
import { fillAutoFields, fillConfig, type Makers, type WriteKind } from './autoFields.js';
import { type Dialect, dialectOf } from './dialect.js';
import { judged } from './judgement.js';
import { merged } from './merge.js';
import { fail, notFound, refuse, unexpected } from './reply.js';
import { resolveReferences, trimReferences } from './references.js';
import { hashCredentials } from './secrets.js';
import { referenceId, type Row, Table } from './table.js';
import { completeValue } from './computedFields.js';
import { uniqueRules } from './uniqueRules.js';

/** Names one entity: by its id, or by the field that stands in for it in an address. */
export type Key = { id: string } | { field: string; value: string };

const longestTtl = 100_000_000;

/** Everything the gateway keeps, with the rules that Kong and its database hold it to. */
export class Storage {
  private readonly tables = new Map<string, Table>();
  /** True in DB-less mode: writes are judged as ever, and then refused. */
  readOnly = false;
  readonly dialect: Dialect;

  constructor(
    readonly facts: SchemaFacts,
    private readonly makers: Makers = { now: Date.now, newId: randomUUID },
  ) {
    this.dialect = dialectOf(facts.version);
    for (const [kind, entity] of Object.entries(facts.entities)) {
      this.tables.set(kind, new Table(uniqueRules(entity), Object.keys(entity.foreign ?? {})));
    }
  }

  kind(kind: string): EntityFacts {
    const facts = this.facts.entities[kind];
    if (!facts) refuse(notFound());
    return facts;
  }

  table(kind: string): Table {
    const table = this.tables.get(kind);
    if (!table) refuse(notFound());
    return table;
  }

  clear(): void {
    for (const table of this.tables.values()) table.clear();
  }

  /** The workspace that rows of a kind are kept under. */
  home(kind: string, workspace: string): string {
    return this.kind(kind).workspaceable === false ? '' : workspace;
  }

  get(kind: string, id: string, workspace: string): Row | undefined {
    const row = this.table(kind).get(id.toLowerCase());
    if (!row || row.workspace !== this.home(kind, workspace) || this.isExpired(row)) return undefined;
    return row;
  }

  find(kind: string, field: string, value: Json, workspace: string): Row | undefined {
    const row = this.table(kind).find(field, value, this.home(kind, workspace));
    return row && this.get(kind, row.id, workspace);
  }

  select(kind: string, key: Key, workspace: string): Row | undefined {
    return 'id' in key ? this.get(kind, key.id, workspace) : this.find(kind, key.field, key.value, workspace);
  }

  /** Ids in order, after `after`; of those that refer to an entity when `parent` is given. */
  ids(
    kind: string,
    workspace: string,
    options: { after?: string; parent?: { field: string; id: string } } = {},
  ): readonly string[] {
    const table = this.table(kind);
    if (options.parent) return table.idsReferring(options.parent.field, options.parent.id, options.after);
    return table.idsOf(this.home(kind, workspace), options.after);
  }

  /** An entity as the gateway answers it. */
  read(kind: string, row: Row): JsonObject {
    if (this.readOnly || !this.kind(kind).ttl) return row.fields;
    const left = row.expires === undefined ? null : Math.floor((row.expires - this.makers.now() - 1) / 1000);
    return { ...row.fields, ttl: left };
  }

  isExpired(row: Row): boolean {
    return row.expires !== undefined && row.expires <= this.makers.now();
  }

  /** @throws ReplyError 400 with code 2, 3, 4, 11 or 13, 409 with code 5. */
  insert(kind: string, value: JsonObject, workspace: string): Row {
    const expires = this.takeTtl(kind, value);
    const fields = this.prepare(kind, value, workspace, 'insert', value);
    this.checkWritable('create', kind);
    const row = this.rowOf(kind, fields, workspace, expires);
    if (this.table(kind).get(row.id)) primaryKeyTaken({ id: row.id });
    return this.write(kind, row);
  }

  /** @throws ReplyError as insert, and 404 with code 6. */
  update(kind: string, key: Key, change: JsonObject, workspace: string): Row {
    const expires = this.takeTtl(kind, change);
    const before = this.select(kind, key, workspace);
    if (!before) {
      if ('id' in key) noSuchKey({ id: key.id });
      noSuchValue({ [key.field]: key.value });
    }
    const value = merged(this.facts, kind, before.fields, change);
    value['id'] = before.id;
    const fields = this.prepare(kind, value, workspace, 'update', change);
    this.checkWritable('update', kind, key);
    fields['created_at'] ??= before.fields['created_at'] ?? null;
    return this.write(kind, this.rowOf(kind, fields, workspace, expires ?? before.expires));
  }

  /** Creates or replaces. @throws ReplyError as insert. */
  upsert(kind: string, key: Key, value: JsonObject, workspace: string): Row {
    const expires = this.takeTtl(kind, value);
    const before = this.select(kind, key, workspace);
    if ('id' in key) value['id'] = key.id.toLowerCase();
    else value[key.field] = key.value;
    if (before) {
      value['id'] = before.id;
      const made = before.fields['created_at'];
      if (made !== undefined) value['created_at'] = made;
    }
    const fields = this.prepare(kind, value, workspace, 'upsert', value);
    this.checkWritable('create or update', kind, key);
    const row = this.rowOf(kind, fields, workspace, expires);
    const elsewhere = this.table(kind).get(row.id);
    if (elsewhere && elsewhere.workspace !== row.workspace) primaryKeyTaken({ id: row.id });
    return this.write(kind, row);
  }

  /** Removes an entity with all that belongs to it. @throws ReplyError 400 with code 4 when something else needs it. */
  remove(kind: string, row: Row, key?: Key): void {
    this.checkWritable('remove', kind, key);
    const referring = this.referringTo(kind, row.id);
    const holder = referring.find(({ onDelete }) => onDelete === 'restrict');
    if (holder) stillReferenced(kind, holder.kind);
    for (const child of referring) {
      for (const id of [...this.table(child.kind).idsReferring(child.field, row.id)]) {
        const other = this.table(child.kind).get(id);
        if (!other) continue;
        if (child.onDelete === 'cascade') this.remove(child.kind, other);
        else this.table(child.kind).put({ ...other, fields: { ...other.fields, [child.field]: null } });
      }
    }
    this.table(kind).remove(row.id);
  }

  /**
   * Stores an entity of a declarative file that has been judged already.
   * @param transform false for a file whose passwords are hashes.
   * @returns what it is before passwords are hashed.
   */
  loadDeclared(kind: string, value: JsonObject, transform: boolean): JsonObject {
    const facts = this.kind(kind);
    fillAutoFields(facts, value, 'insert', this.makers);
    if (kind === 'plugins') fillConfig(this.facts, value);
    const fields = withDefaults(this.facts, kind, value, { nulls: true });
    if (fields['ttl'] === null) delete fields['ttl'];
    trimReferences(facts, fields);
    completeValue(kind, fields);
    const stored = structuredClone(fields);
    if (transform) hashCredentials(kind, stored, value);
    this.table(kind).put(this.rowOf(kind, stored, 'default', undefined));
    return fields;
  }

  /** Stores an entity as it is, without a look at the rules: for a state that is known to be right. */
  restore(kind: string, fields: JsonObject, workspace: string): void {
    this.table(kind).put(this.rowOf(kind, fields, workspace, undefined));
  }

  /** The kinds with at least one entity that refers to this one. */
  private referringTo(kind: string, id: string): { kind: string; field: string; onDelete: string }[] {
    return Object.entries(this.facts.entities).flatMap(([child, { foreign }]) =>
      Object.entries(foreign ?? {}).flatMap(([field, { reference, on_delete: onDelete = 'restrict' }]) =>
        reference === kind && this.table(child).idsReferring(field, id).length > 0
          ? [{ kind: child, field, onDelete }]
          : [],
      ),
    );
  }

  /** What is stored for what was sent: made fields, references, schema, defaults, hashes, in Kong's order. */
  private prepare(kind: string, value: JsonObject, workspace: string, write: WriteKind, sent: JsonObject): JsonObject {
    const facts = this.kind(kind);
    fillAutoFields(facts, value, write, this.makers);
    if (kind === 'plugins' && write !== 'update') fillConfig(this.facts, value);
    resolveReferences(
      this.facts,
      facts,
      value,
      (other, field, wanted) => this.find(other, field, wanted, workspace)?.id,
    );
    const problems = judged(this.facts, kind, value, write === 'update');
    if (problems.length > 0) fail(400, { ...schemaViolation(problems) });
    const fields = withDefaults(this.facts, kind, value, { nulls: true });
    trimReferences(facts, fields);
    completeValue(kind, fields);
    hashCredentials(kind, fields, sent);
    return fields;
  }

  private rowOf(kind: string, fields: JsonObject, workspace: string, expires: number | undefined): Row {
    const id = String(fields['id']).toLowerCase();
    fields['id'] = id;
    return { id, workspace: this.home(kind, workspace), fields, ...(expires !== undefined && { expires }) };
  }

  private write(kind: string, row: Row): Row {
    this.checkUnique(kind, row);
    for (const [field, { reference }] of Object.entries(this.kind(kind).foreign ?? {})) {
      const id = referenceId(row.fields[field]);
      if (id !== undefined && !this.get(reference, id, row.workspace)) missingReference(field, { id }, reference);
    }
    this.table(kind).put(row);
    return row;
  }

  /** @throws ReplyError 405 with code 12 where there is no database to write to. */
  private checkWritable(verb: string, kind: string, key?: Key): void {
    if (!this.readOnly) return;
    const by = key && 'field' in key ? ` by '${key.field}'` : '';
    unsupported(`cannot ${verb} '${kind}' entities${by} when not using a database`);
  }

  private checkUnique(kind: string, row: Row): void {
    const clash = this.table(kind).clash(row);
    if (!clash) return;
    if (this.isExpired(clash.holder)) {
      this.table(kind).remove(clash.holder.id);
      return this.checkUnique(kind, row);
    }
    notUnique(Object.fromEntries(clash.rule.fields.map((field) => [field, row.fields[field] ?? null])));
  }

  /** Takes `ttl` out of what was sent. @returns when the entity will be gone. */
  private takeTtl(kind: string, value: JsonObject): number | undefined {
    if (!this.kind(kind).ttl || value['ttl'] === undefined) return undefined;
    const ttl = value['ttl'];
    delete value['ttl'];
    if (ttl === null || isObject(ttl)) refuse(unexpected());
    if (typeof ttl !== 'number' || !Number.isInteger(ttl)) invalidOption('ttl', 'must be an integer');
    if (ttl < 0 || ttl > longestTtl) invalidOption('ttl', `must be an integer between 0 and ${longestTtl}`);
    return ttl === 0 ? undefined : this.makers.now() + ttl * 1000;
  }
}
