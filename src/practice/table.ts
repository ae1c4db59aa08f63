import type { Json, JsonObject } from '../core/json.js';
import { isObject } from '../core/json.js';
import { byBytes } from './luaText.js';

/** An entity as it is stored. */
export interface Row {
  id: string;
  /** '' for kinds that belong to the whole gateway. */
  workspace: string;
  /** Every field of the entity, defaults and nulls included; references are `{ id }`. */
  fields: JsonObject;
  /** Milliseconds since 1970 after which it is gone. */
  expires?: number;
}

/** Fields whose values together may occur once. Fields that are all null never clash, unless `nullsCount`. */
export interface UniqueRule {
  fields: readonly string[];
  /** True where Kong's key is a text made of all the fields, so that null is a value like any other. */
  nullsCount: boolean;
  acrossWorkspaces: boolean;
}

/** Ids in order. Insertion moves at most the pointers behind it, which stays cheap for a hundred thousand. */
class IdList {
  readonly ids: string[] = [];

  add(id: string): void {
    const at = this.positionOf(id);
    if (this.ids[at] !== id) this.ids.splice(at, 0, id);
  }

  remove(id: string): void {
    const at = this.positionOf(id);
    if (this.ids[at] === id) this.ids.splice(at, 1);
  }

  /** Where the id is, or would be. */
  positionOf(id: string): number {
    let low = 0;
    let high = this.ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byBytes(this.ids[middle] ?? '', id) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function referenceId(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value['id'] === 'string' ? value['id'] : undefined;
}

/** All entities of one kind, in order of their ids, with indexes for unique values and references. */
export class Table {
  private readonly rows = new Map<string, Row>();
  private readonly byWorkspace = new Map<string, IdList>();
  private readonly byReference = new Map<string, IdList>();
  private readonly byValue = new Map<string, string>();

  constructor(
    private readonly uniqueRules: readonly UniqueRule[],
    private readonly references: readonly string[],
  ) {}

  get size(): number {
    return this.rows.size;
  }

  get(id: string): Row | undefined {
    return this.rows.get(id);
  }

  all(): IterableIterator<Row> {
    return this.rows.values();
  }

  /** Replaces the row of the same id. */
  put(row: Row): void {
    const old = this.rows.get(row.id);
    if (old) this.unindex(old);
    this.rows.set(row.id, row);
    listOf(this.byWorkspace, row.workspace).add(row.id);
    for (const key of this.referenceKeys(row)) listOf(this.byReference, key).add(row.id);
    for (const rule of this.uniqueRules) {
      const key = uniqueKey(rule, row);
      if (key !== undefined) this.byValue.set(key, row.id);
    }
  }

  remove(id: string): void {
    const row = this.rows.get(id);
    if (!row) return;
    this.unindex(row);
    this.rows.delete(id);
  }

  clear(): void {
    for (const index of [this.rows, this.byWorkspace, this.byReference, this.byValue]) index.clear();
  }

  /** The first rule that the row would break, and who is in the way. */
  clash(row: Row): { rule: UniqueRule; holder: Row } | undefined {
    for (const rule of this.uniqueRules) {
      const key = uniqueKey(rule, row);
      const id = key === undefined ? undefined : this.byValue.get(key);
      const holder = id === undefined || id === row.id ? undefined : this.rows.get(id);
      if (holder) return { rule, holder };
    }
    return undefined;
  }

  /** Finds by a field that is unique on its own. */
  find(field: string, value: Json, workspace: string): Row | undefined {
    const rule = this.uniqueRules.find(({ fields }) => fields.length === 1 && fields[0] === field);
    if (!rule) return undefined;
    const key = uniqueKey(rule, { id: '', workspace, fields: { [field]: value } });
    const id = key === undefined ? undefined : this.byValue.get(key);
    return id === undefined ? undefined : this.rows.get(id);
  }

  /** Ids of a workspace in order, those after `after` only. */
  idsOf(workspace: string, after?: string): readonly string[] {
    return tail(this.byWorkspace.get(workspace), after);
  }

  /** Ids of those that refer to an entity by a field, in order. */
  idsReferring(field: string, to: string, after?: string): readonly string[] {
    return tail(this.byReference.get(`${field}\0${to}`), after);
  }

  private unindex(row: Row): void {
    this.byWorkspace.get(row.workspace)?.remove(row.id);
    for (const key of this.referenceKeys(row)) {
      const list = this.byReference.get(key);
      list?.remove(row.id);
      if (list?.ids.length === 0) this.byReference.delete(key);
    }
    for (const rule of this.uniqueRules) {
      const key = uniqueKey(rule, row);
      if (key !== undefined && this.byValue.get(key) === row.id) this.byValue.delete(key);
    }
  }

  private referenceKeys(row: Row): string[] {
    return this.references.flatMap((field) => {
      const id = referenceId(row.fields[field]);
      return id === undefined ? [] : [`${field}\0${id}`];
    });
  }
}

function listOf(index: Map<string, IdList>, key: string): IdList {
  let list = index.get(key);
  if (!list) index.set(key, (list = new IdList()));
  return list;
}

function tail(list: IdList | undefined, after: string | undefined): readonly string[] {
  if (!list) return [];
  if (after === undefined) return list.ids;
  const at = list.positionOf(after);
  return list.ids.slice(list.ids[at] === after ? at + 1 : at);
}

function uniqueKey({ fields, nullsCount, acrossWorkspaces }: UniqueRule, row: Row): string | undefined {
  const values = fields.map((field) => referenceId(row.fields[field]) ?? row.fields[field] ?? null);
  if (nullsCount ? values.every((value) => value === null) : values.includes(null)) return undefined;
  return JSON.stringify([acrossWorkspaces ? null : row.workspace, fields, values]);
}
