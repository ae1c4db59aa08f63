import pLimit, { type LimitFunction } from 'p-limit';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import { defaultWorkspace } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { JsonObject } from '../core/json.js';
import type { Counts } from '../core/snapshot.js';
import { membership } from '../estate/deckNames.js';
import { isKnownKind } from '../estate/kinds.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import { HttpStatus } from '../gateway/gatewayErrors.js';
import { type Aside, type Collection, findKinds, isOfOneKind } from './adminApiKinds.js';

export interface ReadRequest {
  workspace: string;
  selectTags?: readonly string[];
  /** Requests under way at once. */
  connections: number;
}

/** Gets the entities of a kind, page by page. */
export type OnPage = (kind: string, page: JsonObject[]) => void;

/**
 * Reads all that a workspace holds, kinds and the children of parents side by side.
 * @returns how many of each kind there are, and what could not be read.
 * @throws KongBackupError `gateway-*`, `workspace-missing`, `cancelled`.
 */
export async function readWorkspace(
  client: GatewayClient,
  request: ReadRequest,
  onPage: OnPage,
  context: OperationContext,
): Promise<{ counts: Counts; gaps: Gap[] }> {
  await requireWorkspace(client, request.workspace, context.signal);
  const { collections, asides, gaps } = await findKinds(client, context.signal);
  const reading = new Reading(client, request, onPage, context);
  await Promise.all([
    ...collections.filter(({ under }) => under === undefined).map((each) => reading.collection(each, collections)),
    ...asides.map((each) => reading.aside(each)),
  ]);
  return {
    counts: reading.counts,
    gaps: [...gaps.map((gap) => ({ ...gap, workspace: request.workspace })), ...reading.gaps],
  };
}

/** @throws KongBackupError `workspace-missing`. */
export async function requireWorkspace(client: GatewayClient, workspace: string, signal: AbortSignal): Promise<void> {
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
  readonly counts: Counts = {};
  readonly gaps: Gap[] = [];
  private readonly limit: LimitFunction;

  constructor(
    private readonly client: GatewayClient,
    private readonly request: ReadRequest,
    private readonly onPage: OnPage,
    private readonly context: OperationContext,
  ) {
    this.limit = pLimit(request.connections);
  }

  /** One collection, and under each of its entities the collections that are only to be found there. */
  async collection(collection: Collection, all: readonly Collection[]): Promise<void> {
    const inside = all.filter(({ under }) => under?.parent === collection.kind);
    const children: Promise<void>[] = [];
    const start = (page: JsonObject[]): void => {
      for (const child of inside) for (const parent of page) children.push(this.children(child, parent));
    };
    await this.guarded(collection.kind, () => this.pages(collection.kind, collection.path, start));
    await Promise.all(children);
    const gap = this.gaps.find(({ kind }) => kind === collection.kind);
    if (gap) for (const { kind } of inside) this.addGap(kind, gap.reason, gap.remedy);
  }

  private children({ kind, path, under }: Collection, parent: JsonObject): Promise<void> {
    const id = String(parent['id']);
    const address = `${path}/${encodeURIComponent(id)}/${under?.segment ?? kind}`;
    if (kind !== membership) return this.guarded(kind, () => this.pages(kind, address));
    const asMembers = (page: JsonObject[]): JsonObject[] =>
      page.map((consumer) => ({
        id: `${id} ${String(consumer['id'])}`,
        consumer_group: { id },
        consumer: { id: consumer['id'] ?? null },
      }));
    return this.guarded(kind, () => this.pages(kind, address, undefined, asMembers));
  }

  private async pages(
    kind: string,
    path: string,
    start?: (page: JsonObject[]) => void,
    shape = (page: JsonObject[]): JsonObject[] => page,
  ): Promise<void> {
    const { workspace, selectTags = [] } = this.request;
    const { signal } = this.context;
    const query = selectTags.length > 0 && kind !== membership ? { tags: selectTags.join(',') } : {};
    // Known kinds may be absent from a gateway; what it lists by itself has to be there.
    const missing = (): void => {
      if (!isKnownKind(kind)) this.addGap(kind, 'The gateway lists this kind but has no entities at its address.');
    };
    for await (const page of this.client.list(path, { workspace, query, signal, missing, key: 'consumers' })) {
      const entities = shape(page);
      this.counts[kind] = (this.counts[kind] ?? 0) + entities.length;
      this.onPage(kind, entities);
      start?.(page);
      this.context.report({ step: 'read', subject: kind, done: this.counts[kind] });
    }
    if (this.counts[kind] === 0) delete this.counts[kind];
  }

  /** One look: whether there are any, without taking them. */
  aside({ kind, path, part, reason, remedy }: Aside): Promise<void> {
    const { workspace } = this.request;
    return this.guarded(kind, async () => {
      const { signal } = this.context;
      const { status, body } = await this.client.request('GET', path, { workspace, query: { size: '1' }, signal });
      const { data, next } = (body ?? {}) as { data?: unknown; next?: unknown };
      if (status === 404 || !Array.isArray(data) || data.length === 0) return;
      const count = (next ?? null) === null ? { count: data.length } : {};
      this.gaps.push({ part, kind, workspace, reason, remedy, ...count });
    });
  }

  private guarded(kind: string, read: () => Promise<void>): Promise<void> {
    return this.limit(async () => {
      try {
        await read();
      } catch (error) {
        if (!isKongBackupError(error) || !isOfOneKind(error.code)) throw error;
        // Without WebAssembly a gateway has no filter chains and says so with a 400.
        if (kind === 'filter_chains' && error.cause instanceof HttpStatus && error.cause.status === 400) return;
        this.addGap(kind, error.reason, error.remedy);
      }
    });
  }

  private addGap(kind: string, reason: string, remedy = 'Look into it before you rely on this backup.'): void {
    const { workspace } = this.request;
    if (this.gaps.some((gap) => gap.kind === kind)) return;
    this.gaps.push({ part: 'entities', kind, workspace, reason, remedy });
  }
}
