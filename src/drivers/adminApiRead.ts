import pLimit, { type LimitFunction } from 'p-limit';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { LiveEntities, LiveEntity } from '../core/driver.js';
import { defaultWorkspace } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { PartKind } from '../core/part.js';
import type { Counts } from '../core/snapshot.js';
import { membership } from '../estate/deckNames.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { HttpStatus } from '../gateway/gatewayErrors.js';
import { type Aside, type Collection, findKinds, isOfOneKind } from './adminApiKinds.js';

export interface ReadRequest {
  workspace: string;
  selectTags?: readonly string[];
  /** Requests under way at once. */
  connections: number;
}

/** Gets the entities of a kind, once all of them are read: never a part. */
export type OnKind = (kind: string, entities: JsonObject[]) => void;

/**
 * Reads all that a workspace holds, kinds and the children of parents side by side.
 * @param onKind absent: entities are counted and not kept.
 * @returns how many of each kind there are, and what could not be read.
 * @throws KongBackupError `gateway-*`, `workspace-missing`, `cancelled`.
 */
export async function readWorkspace(
  client: GatewayClient,
  request: ReadRequest,
  onKind: OnKind | undefined,
  context: OperationContext,
): Promise<{ counts: Counts; gaps: Gap[] }> {
  const { workspace } = request;
  await requireWorkspace(client, workspace, context.signal);
  const { collections, asides, gaps } = await findKinds(client, context.signal);
  const reading = new Reading(client, request, onKind !== undefined, context);
  const top = collections.filter(({ under }) => under === undefined);
  await Promise.all([
    ...top.map((each) => reading.collection(each, collections)),
    ...asides.map((each) => reading.aside(each)),
  ]);
  if (top.length > 0 && top.every(({ kind }) => reading.absent.has(kind))) throw nothingThere(client, workspace);
  const unread = [...gaps.map((gap) => ({ ...gap, workspace })), ...reading.gaps];
  const counts: Counts = {};
  for (const { kind } of collections) {
    const count = reading.counts.get(kind) ?? 0;
    if (count === 0 || unread.some((gap) => gap.kind === kind)) continue;
    counts[kind] = count;
    onKind?.(kind, reading.entities.get(kind) ?? []);
  }
  return { counts, gaps: unread };
}

/** As `readWorkspace`, with all that it read. */
export async function readEntities(
  client: GatewayClient,
  request: ReadRequest,
  context: OperationContext,
): Promise<LiveEntities> {
  const entities: LiveEntity[] = [];
  const onKind = (kind: string, all: JsonObject[]): void => {
    for (const fields of all) entities.push({ kind, fields });
  };
  return { entities, ...(await readWorkspace(client, request, onKind, context)) };
}

/** A workspace that is not there answers 404 to everything, and so does one whose name is misspelled. */
function nothingThere(client: GatewayClient, workspace: string): KongBackupError {
  return new KongBackupError('workspace-missing', {
    place: `${client.address}, workspace ${workspace}`,
    reason: 'The gateway has nothing at any address of this workspace.',
    remedy: 'Check the name of the workspace, and that the address is that of the Admin API.',
  });
}

/** @throws KongBackupError `workspace-missing`. */
async function requireWorkspace(client: GatewayClient, workspace: string, signal: AbortSignal): Promise<void> {
  if (workspace === defaultWorkspace) return;
  const path = `/workspaces/${encodeURIComponent(workspace)}`;
  const { status } = await client.request('GET', path, { workspace, signal }).catch((error: unknown) => {
    // A token that may not look at workspaces may still work in one.
    if (isKongBackupError(error, 'gateway-forbidden')) return { status: 200 };
    throw error;
  });
  if (status !== 404) return;
  throw new KongBackupError('workspace-missing', {
    place: `${client.address}, workspace ${workspace}`,
    reason: 'The gateway has no workspace of this name.',
    remedy: 'Check the name. Open source gateways have no workspaces but `default`.',
  });
}

class Reading {
  readonly counts = new Map<string, number>();
  readonly entities = new Map<string, JsonObject[]>();
  readonly gaps: Gap[] = [];
  /** Kinds whose address answered 404. */
  readonly absent = new Set<string>();
  private readonly limit: LimitFunction;

  constructor(
    private readonly client: GatewayClient,
    private readonly request: ReadRequest,
    private readonly keeps: boolean,
    private readonly context: OperationContext,
  ) {
    this.limit = pLimit(request.connections);
  }

  /** One collection, and under each of its entities the collections that are only to be found there. */
  async collection(collection: Collection, all: readonly Collection[]): Promise<void> {
    const { kind, path, listed } = collection;
    const inside = all.filter(({ under }) => under?.parent === kind);
    const children: Promise<void>[] = [];
    const start = (page: JsonObject[]): void => {
      for (const child of inside) for (const parent of page) children.push(this.children(child, path, parent));
    };
    // Where the gateway doesn't tell what it has, a kind that is known here may be absent.
    const missing = (): void => {
      this.absent.add(kind);
      if (listed) this.addGap(kind, 'The gateway lists this kind but has nothing at its address.');
    };
    await this.guarded(kind, () => this.pages(kind, path, { start, missing }));
    await Promise.all(children);
    const gap = this.gaps.find((each) => each.kind === kind);
    if (gap) for (const child of inside) this.addGap(child.kind, gap.reason, gap.remedy);
  }

  private children({ kind, under, listed }: Collection, home: string, parent: JsonObject): Promise<void> {
    const id = String(parent['id']);
    const address = `${home}/${encodeURIComponent(id)}`;
    return this.guarded(kind, async () => {
      let found = true;
      const missing = (): void => void (found = false);
      const shape = kind === membership ? asMembers(id) : undefined;
      await this.pages(kind, `${address}/${under?.segment ?? kind}`, { missing, ...(shape ? { shape } : {}) });
      if (found || !listed || !(await this.isThere(address))) return;
      this.addGap(kind, 'The gateway lists this kind but has nothing at its address.');
    });
  }

  /** What was deleted while the gateway was read took its children with it. */
  private async isThere(path: string): Promise<boolean> {
    const { workspace } = this.request;
    const { status } = await this.client.request('GET', path, { workspace, signal: this.context.signal });
    return status !== 404;
  }

  private async pages(kind: string, path: string, { start, missing, shape }: Paging): Promise<void> {
    const { workspace, selectTags = [] } = this.request;
    const { signal } = this.context;
    const query = selectTags.length > 0 && kind !== membership ? { tags: selectTags.join(',') } : {};
    for await (const page of this.client.list(path, { workspace, query, signal, missing, key: 'consumers' })) {
      const entities = shape ? shape(page) : page;
      const done = (this.counts.get(kind) ?? 0) + entities.length;
      this.counts.set(kind, done);
      if (this.keeps) this.keep(kind, entities);
      start?.(page);
      this.context.report({ step: 'read', subject: kind, done });
    }
  }

  private keep(kind: string, entities: JsonObject[]): void {
    const kept = this.entities.get(kind);
    if (!kept) this.entities.set(kind, entities);
    else for (const entity of entities) kept.push(entity);
  }

  /** One look: whether there are any, without taking them. */
  aside({ kind, path, part, reason, remedy }: Aside): Promise<void> {
    const { workspace } = this.request;
    return this.guarded(
      kind,
      async () => {
        const { signal } = this.context;
        const { status, body } = await this.client.request('GET', path, { workspace, query: { size: '1' }, signal });
        const { data, next } = (body ?? {}) as { data?: unknown; next?: unknown };
        if (status === 404 || !Array.isArray(data) || data.length === 0) return;
        const count = (next ?? null) === null ? { count: data.length } : {};
        this.gaps.push({ part, kind, workspace, reason, remedy, ...count });
      },
      part,
    );
  }

  private guarded(kind: string, read: () => Promise<void>, part: PartKind = 'entities'): Promise<void> {
    return this.limit(async () => {
      try {
        await read();
      } catch (error) {
        if (!isKongBackupError(error) || !isOfOneKind(error.code)) throw error;
        // Without WebAssembly a gateway has no filter chains and says so with a 400.
        if (kind === 'filter_chains' && error.cause instanceof HttpStatus && error.cause.status === 400) return;
        this.addGap(kind, error.reason, error.remedy, part);
      }
    });
  }

  private addGap(
    kind: string,
    reason: string,
    remedy = 'Look into it before you rely on this backup.',
    part: PartKind = 'entities',
  ): void {
    const { workspace } = this.request;
    if (this.gaps.some((gap) => gap.kind === kind)) return;
    this.gaps.push({ part, kind, workspace, reason, remedy });
  }
}

interface Paging {
  /** Gets each page as the gateway gave it. */
  start?: (page: JsonObject[]) => void;
  /** Called when the address answers 404. */
  missing: () => void;
  /** Makes entities of what a page lists. */
  shape?: (page: JsonObject[]) => JsonObject[];
}

/** The group's address lists consumers: membership is what lies between. */
const asMembers =
  (group: string) =>
  (page: JsonObject[]): JsonObject[] =>
    page.map(({ id: consumer = null }) => ({
      id: `${group} ${String(consumer)}`,
      consumer_group: { id: group },
      consumer: { id: consumer },
    }));
