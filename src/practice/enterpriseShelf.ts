import type { JsonObject } from '../core/json.js';
import { notUnique } from './adminErrors.js';
import type { Makers } from './autoFields.js';
import { decodeOffset, encodeOffset, nextPage, pageRequest } from './paging.js';
import { notFound, ok, refuse, type Reply } from './reply.js';
import type { AdminRequest } from './router.js';
import type { Storage } from './storage.js';

/** Something of an Enterprise gateway that is no entity of the open-source one. */
export interface ShelfRow {
  /** '' for what belongs to the whole gateway. */
  workspace: string;
  fields: JsonObject;
}

/** One kind of them, in order of ids. */
export class Shelf {
  private rows: ShelfRow[] = [];

  constructor(
    /** Fields of which each can stand for the id in an address, and is unique. */
    private readonly names: readonly string[],
    private readonly makers: Makers,
  ) {}

  clear(): void {
    this.rows = [];
  }

  of(workspace: string): ShelfRow[] {
    return this.rows.filter((row) => row.workspace === workspace);
  }

  all(): readonly ShelfRow[] {
    return this.rows;
  }

  find(workspace: string, word: string): ShelfRow | undefined {
    const isIt = ({ fields }: ShelfRow): boolean => ['id', ...this.names].some((name) => fields[name] === word);
    return this.of(workspace).find(isIt);
  }

  /** @throws ReplyError 404. */
  get(workspace: string, word: string): ShelfRow {
    return this.find(workspace, word) ?? refuse(notFound());
  }

  /** @throws ReplyError 409 with code 5. */
  add(workspace: string, fields: JsonObject): ShelfRow {
    const now = Math.floor(this.makers.now() / 1000);
    const made = { created_at: now, ...fields, id: fields['id'] ?? this.makers.newId() };
    const row = { workspace, fields: made };
    this.checkUnique(row);
    this.rows.push(row);
    this.rows.sort((a, b) => (String(a.fields['id']) < String(b.fields['id']) ? -1 : 1));
    return row;
  }

  /** @throws ReplyError 409 with code 5. */
  change(row: ShelfRow, change: JsonObject): ShelfRow {
    const fields = { ...row.fields, ...change, id: row.fields['id'] ?? null };
    this.checkUnique({ ...row, fields }, row);
    row.fields = fields;
    return row;
  }

  remove(isGone: (row: ShelfRow) => boolean): void {
    this.rows = this.rows.filter((row) => !isGone(row));
  }

  private checkUnique({ workspace, fields }: ShelfRow, self?: ShelfRow): void {
    for (const name of this.names) {
      const value = fields[name] ?? null;
      if (value === null) continue;
      if (this.of(workspace).some((row) => row !== self && row.fields[name] === value)) notUnique({ [name]: value });
    }
  }
}

/** What an Enterprise gateway keeps that the open-source one has no schema of. */
export interface EnterpriseShelves {
  storage: Storage;
  roles: Shelf;
  endpointPermissions: Shelf;
  entityPermissions: Shelf;
  users: Shelf;
  userRoles: Shelf;
  groups: Shelf;
  groupRoles: Shelf;
  admins: Shelf;
  /** Which admins belong to which workspaces. */
  adminWorkspaces: Shelf;
  adminRoles: Shelf;
  developers: Shelf;
  eventHooks: Shelf;
  licenses: Shelf;
}

/** One page of rows, as Kong pages. @param path of the collection. */
export function shelfPage(storage: Storage, path: string, request: AdminRequest, rows: readonly JsonObject[]): Reply {
  const { size, offset } = pageRequest(request.query, false, storage.dialect);
  const start = offset === undefined ? 0 : Number(decodeOffset(offset)[0]);
  const data = rows.slice(start, start + size);
  const more = start + size < rows.length ? encodeOffset([start + size]) : undefined;
  return ok({
    data,
    ...(more !== undefined && { offset: more }),
    next: nextPage(path, request.query, more, storage.dialect),
  });
}
