import pLimit, { type LimitFunction } from 'p-limit';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import { isKongBackupError } from '../core/errors.js';
import type { PartKind } from '../core/part.js';
import type { JsonObject } from '../core/json.js';
import type { Counts } from '../core/snapshot.js';
import type { GatewayClient } from '../gateway/gatewayClient.js';
import type { Entry, EntryKind } from './adminEntitiesKinds.js';

/** All entries of some kinds, of a gateway or a snapshot. */
export interface Image {
  entries: Entry[];
  counts: Counts;
  gaps: Gap[];
  /** Kinds that the gateway does not have at all. */
  absent: ReadonlySet<string>;
}

export interface ImageRequest {
  part: PartKind;
  kinds: readonly EntryKind[];
  workspaces: readonly string[];
}

const connections = 8;

/**
 * Reads every page of every kind. What answers 404 is not there; what answers 403 is a gap.
 * @throws KongBackupError `gateway-*`, `cancelled`.
 */
export async function readImage(
  client: GatewayClient,
  request: ImageRequest,
  context: OperationContext,
): Promise<Image> {
  const reading = new ImageReading(client, request, context);
  for (const kind of request.kinds) {
    context.report({ step: 'read', subject: kind.plural });
    await reading.kind(kind);
  }
  const entries = reading.entries.sort(byName);
  const counts: Counts = {};
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1;
  const { gaps, present } = reading;
  const absent = request.kinds.filter(({ name }) => !present.has(name)).map(({ name }) => name);
  return { entries, counts, gaps, absent: new Set(absent) };
}

/** What finds an entry again. */
export const entryKey = ({ kind, workspace, key }: Pick<Entry, 'kind' | 'workspace' | 'key'>): string =>
  JSON.stringify([kind, workspace, ...key]);

const byName = (a: Entry, b: Entry): number => (entryKey(a) < entryKey(b) ? -1 : 1);

class ImageReading {
  readonly entries: Entry[] = [];
  readonly gaps: Gap[] = [];
  /** Kinds that answered at least once, even if only that the token may not read them. */
  readonly present = new Set<string>();
  private readonly workspaceNames = new Map<string, string>();
  private readonly limit: LimitFunction = pLimit(connections);

  constructor(
    private readonly client: GatewayClient,
    private readonly request: ImageRequest,
    private readonly context: OperationContext,
  ) {}

  async kind(kind: EntryKind): Promise<void> {
    const homes = kind.scope === 'gateway' ? [''] : this.request.workspaces;
    await Promise.all(homes.map((workspace) => this.inWorkspace(kind, workspace)));
  }

  private async inWorkspace(kind: EntryKind, workspace: string): Promise<void> {
    const isHere = (entry: { kind?: string; workspace?: string }, name: string): boolean =>
      entry.kind === name && (entry.workspace ?? '') === workspace;
    if (kind.parent === undefined) return this.list(kind, workspace);
    const { parent: above } = kind;
    if (this.present.has(above)) this.present.add(kind.name);
    const gap = this.gaps.find((each) => isHere(each, above));
    if (gap) return this.addGap(kind, workspace, gap.reason);
    const parents = this.entries.filter((entry) => isHere(entry, above));
    await Promise.all(parents.map((parent) => this.list(kind, workspace, parent)));
  }

  private async list(kind: EntryKind, workspace: string, parent?: Entry): Promise<void> {
    const path = kind.path.replace('{}', encodeURIComponent(parent?.key[0] ?? ''));
    const found: JsonObject[] = [];
    let missing = false;
    const options = {
      signal: this.context.signal,
      missing: () => void (missing = true),
      ...(workspace !== '' && { workspace }),
      ...(kind.listKey !== undefined && { key: kind.listKey }),
    };
    try {
      await this.limit(async () => {
        for await (const page of this.client.list(path, options)) found.push(...page);
      });
    } catch (error) {
      if (!isKongBackupError(error, 'gateway-forbidden')) throw error;
      this.present.add(kind.name);
      return this.addGap(kind, workspace, `The token may not read ${path}.`);
    }
    if (missing) return;
    this.present.add(kind.name);
    for (const row of found) this.add(kind, workspace, row, parent);
  }

  private add(kind: EntryKind, workspace: string, row: JsonObject, parent: Entry | undefined): void {
    const id = typeof row['id'] === 'string' ? row['id'] : undefined;
    const entry = kind.entry(row, { workspaces: this.workspaceNames, ...(parent && { parent }) });
    if (!entry || entry.key.includes('')) return this.addWithoutName(kind, entry, workspace, row);
    if (kind.name === 'workspaces') {
      if (id !== undefined) this.workspaceNames.set(id, entry.key[0] ?? '');
      if (!this.request.workspaces.includes(entry.key[0] ?? '')) return;
    }
    this.entries.push({ kind: kind.name, workspace, ...entry, ...(id !== undefined && { id }) });
  }

  /** A hook of all events of a source has no event; anything else without a name is not to be found again. */
  private addWithoutName(
    kind: EntryKind,
    entry: Pick<Entry, 'key' | 'fields'> | undefined,
    workspace: string,
    row: JsonObject,
  ): void {
    if (!entry) return;
    const isHook = kind.name === 'event_hooks' && entry.key[0] !== '';
    if (!isHook) return this.addGap(kind, workspace, `One of the ${kind.plural} has no name.`);
    this.entries.push({ kind: kind.name, workspace, ...entry, id: String(row['id']) });
  }

  private addGap(kind: EntryKind, workspace: string, reason: string): void {
    const same = this.gaps.some((gap) => gap.kind === kind.name && (gap.workspace ?? '') === workspace);
    if (same) return;
    this.gaps.push({
      part: this.request.part,
      kind: kind.name,
      ...(workspace !== '' && { workspace }),
      reason,
      remedy: `Give the token a role that may read ${kind.path.replace('{}', '*')}, or use that of a super admin.`,
    });
  }
}
