import type { OperationContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';
import { milliseconds } from '../core/fieldChecks.js';
import type { SnapshotRecord } from '../core/record.js';
import { defaultGrace } from '../core/retention.js';
import type { CatalogueEntry } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import { notWhole } from './findSnapshot.js';

/** What decisions of a person about single snapshots work with. */
export interface KeepParts {
  store: SnapshotStore;
  upkeep: Pick<StoreUpkeep, 'now' | 'owner'>;
}

/** Lets a snapshot go: the next prune after the grace time deletes it, unless it is remembered. @returns when, ISO 8601. */
export async function forget(
  parts: KeepParts,
  id: string,
  { reason, grace = defaultGrace }: { reason: string; grace?: string | undefined },
  context: OperationContext,
): Promise<string> {
  const entry = await entryOf(parts.store, id, context.signal);
  if (isPinned(entry)) throw pinnedStays(id);
  const now = await after(parts, entry, context.signal);
  const deleteAfter = new Date(now.getTime() + milliseconds(grace)).toISOString();
  await keepRecord(parts, id, now, { kind: 'forgotten', deleteAfter, reason }, context.signal);
  return deleteAfter;
}

/** Undoes a forget. */
export async function remember(parts: KeepParts, id: string, context: OperationContext): Promise<void> {
  const now = await after(parts, await entryOf(parts.store, id, context.signal), context.signal);
  await keepRecord(parts, id, now, { kind: 'remembered' }, context.signal);
}

/**
 * Which snapshots were let go together, as by one prune: those whose letting go began so, or the last ones.
 * @param at beginning of a time, ISO 8601, UTC: `2026-11-21T16`.
 */
export function letGoTogether(entries: readonly CatalogueEntry[], at: string | undefined): CatalogueEntry[] {
  const gone = entries.filter(({ state }) => state?.forgotten);
  const times = gone.map(({ state }) => state?.forgotten?.at ?? '').sort();
  const wanted = at ?? times.at(-1);
  return wanted === undefined ? [] : gone.filter(({ state }) => state?.forgotten?.at.startsWith(wanted));
}

/** No prune removes what is pinned. Pinning remembers what was forgotten. */
export async function pin(parts: KeepParts, id: string, pinned: boolean, context: OperationContext): Promise<void> {
  const entry = await entryOf(parts.store, id, context.signal);
  const now = await after(parts, entry, context.signal);
  if (pinned && entry.state?.forgotten) await keepRecord(parts, id, now, { kind: 'remembered' }, context.signal);
  await keepRecord(parts, id, now, { kind: 'pinned', pinned }, context.signal);
}

/** What is pinned stays until somebody unpins it. @throws KongBackupError `retention-invalid`. */
export async function refusePinned(store: SnapshotStore, id: string, signal: AbortSignal): Promise<void> {
  const entry = (await store.list(undefined, signal)).find((each) => each.id === id);
  if (entry && isPinned(entry)) throw pinnedStays(id);
}

export const isPinned = ({ manifest, state }: CatalogueEntry): boolean => state?.pinned ?? manifest?.pinned ?? false;

export type RecordBody = SnapshotRecord extends infer Each
  ? Each extends SnapshotRecord
    ? Omit<Each, 'at' | 'by'>
    : never
  : never;

export function keepRecord(
  { store, upkeep }: KeepParts,
  id: string,
  now: Date,
  body: RecordBody,
  signal: AbortSignal,
): Promise<void> {
  return store.record(id, { ...body, at: now.toISOString(), by: upkeep.owner } as SnapshotRecord, signal);
}

/** The newest record of a kind counts, so one must be newer than what it undoes, also when a clock was set back. */
async function after({ upkeep }: KeepParts, { state }: CatalogueEntry, signal: AbortSignal): Promise<Date> {
  const now = (await upkeep.now(signal)).getTime();
  const before = [state?.forgotten?.at, state?.verified?.at].flatMap((at) => (at === undefined ? [] : Date.parse(at)));
  return new Date(Math.max(now, ...before.map((time) => time + 1)));
}

/** Only what is listed has records, and only what can be read can be decided on. */
async function entryOf(store: SnapshotStore, id: string, signal: AbortSignal): Promise<CatalogueEntry> {
  const entry = (await store.list(undefined, signal)).find((each) => each.id === id);
  if (entry?.manifest) return entry;
  // Says what stands in the way.
  await store.manifest(id, signal);
  if (entry) throw notWhole(id, entry.problem);
  throw new KongBackupError('snapshot-missing', { place: id, reason: 'It is not listed.', remedy: 'List snapshots.' });
}

const pinnedStays = (place: string): KongBackupError =>
  new KongBackupError('retention-invalid', {
    place,
    reason: 'The snapshot is pinned: it is neither let go nor deleted.',
    remedy: 'Unpin it first.',
  });
