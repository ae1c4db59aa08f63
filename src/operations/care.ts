import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import type { RetentionSection } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { CatalogueEntry } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';
import type { CaredStore, FoundLock, HeldLock, StoreUpkeep } from '../core/upkeep.js';
import type { Environments } from './environments.js';
import { findSnapshot, locateSnapshot } from './findSnapshot.js';
import { forget, type KeepParts, letGoTogether, pin, refusePinned, remember } from './keepSnapshots.js';
import type { PruneRequest } from './planPrune.js';
import { addReport, emptyReport, prune, type PruneReport, withPrefix } from './prune.js';
import { type Depth, type Verification, type VerifyParts, verifySnapshot } from './verifySnapshot.js';

export interface CareParts extends Omit<VerifyParts, 'upkeep'> {
  environments: Pick<Environments, 'environments' | 'environment'>;
  /** Every store by itself, the default one first. `store` is all of them as one. */
  stores(): Promise<CaredStore[]>;
}

export interface VerifyReport {
  verifications: Verification[];
  /** Nobody could look at these: nothing is said of them. */
  failed: { id: string; code: string; reason: string; remedy: string }[];
}

export interface PruneOptions {
  /** By name; all when absent. */
  environments?: readonly string[];
  /** Instead of what the environments file says. */
  policy?: RetentionSection;
  dryRun: boolean;
}

export interface UnlockReport {
  broken: FoundLock[];
  /** Those that somebody holds, and that were left alone. */
  held: FoundLock[];
}

/** What is done with snapshots once they are there. A `name` is what a person calls a snapshot, as `ENV/latest`. */
export interface Care {
  /** @param names every snapshot when absent. */
  verify(names: readonly string[] | undefined, depth: Depth, context: OperationContext): Promise<VerifyReport>;
  /** @throws KongBackupError `retention-invalid` also where nothing says what to keep. */
  prune(options: PruneOptions, context: OperationContext): Promise<PruneReport>;
  /** @param grace such as `7d`. @returns from when on a prune deletes it, ISO 8601. */
  forget(
    name: string,
    grace: string | undefined,
    context: OperationContext,
  ): Promise<{ id: string; deleteAfter: string }>;
  /** @returns the id. */
  remember(name: string, context: OperationContext): Promise<string>;
  /**
   * Takes back what was let go together, as by one prune.
   * @param at the beginning of its time, ISO 8601, UTC; what was let go last when absent. @returns ids; none where nothing fits.
   */
  rememberTogether(at: string | undefined, context: OperationContext): Promise<string[]>;
  pin(name: string, pinned: boolean, context: OperationContext): Promise<string>;
  /** For good, whole or not. @param id whole id. */
  deleteSnapshot(id: string, context: OperationContext): Promise<void>;
  /** Breaks stale locks; with `force` all of them. */
  unlock(force: boolean, context: OperationContext): Promise<UnlockReport>;
  /** Runs a restore while no other one writes into the same target, and nobody deletes what it reads. */
  whileRestoring<T>(
    restore: { snapshot: string; target: Environment },
    context: OperationContext,
    job: () => Promise<T>,
  ): Promise<T>;
}

/** What looks after the store that a snapshot is in. */
type PlaceOf = (id: string) => Promise<{ prefix: string; upkeep: StoreUpkeep }>;

export function createCare(parts: CareParts): Care {
  const { store, stores } = parts;
  const placeOf: PlaceOf = async (id) => {
    const all = await stores();
    const [first] = all;
    const place = all.find(({ prefix }) => prefix !== '' && id.startsWith(prefix)) ?? first;
    if (!place) throw nothingThere(store);
    return { prefix: place.prefix, upkeep: (await place.open()).upkeep };
  };
  const decide = async <T>(name: string, job: (keep: KeepParts, id: string) => Promise<T>): Promise<T> => {
    // Never about a copy of it, in whatever state this one is.
    const listed = (await store.list()).find((entry) => entry.id === name);
    const { id } = listed
      ? (listed.manifest ?? (await store.manifest(name)))
      : (await findSnapshot(store, name)).manifest;
    return job({ store, upkeep: (await placeOf(id)).upkeep }, id);
  };
  return {
    verify: (names, depth, context) => verifyAll(parts, placeOf, { names, depth }, context),
    prune: (options, context) => pruneAll(parts, options, context),
    forget: (name, grace, context) =>
      decide(name, async (keep, id) => ({
        id,
        deleteAfter: await forget(keep, id, { reason: 'Let go by hand.', grace }, context),
      })),
    remember: (name, context) =>
      decide(name, async (keep, id) => {
        await remember(keep, id, context);
        return id;
      }),
    async rememberTogether(at, context) {
      const ids = letGoTogether(await store.list(undefined, context.signal), at).map(({ id }) => id);
      for (const id of ids) await remember({ store, upkeep: (await placeOf(id)).upkeep }, id, context);
      return ids;
    },
    pin: (name, pinned, context) =>
      decide(name, async (keep, id) => {
        await pin(keep, id, pinned, context);
        return id;
      }),
    async deleteSnapshot(id, context) {
      const lock = await (await placeOf(id)).upkeep.lock({ purpose: 'delete' }, context);
      try {
        await refusePinned(store, id, context.signal);
        await lock.assertHeld();
        await store.remove(id, context.signal);
      } finally {
        await lock.release();
      }
    },
    async unlock(force, context) {
      const report: UnlockReport = { broken: [], held: [] };
      for (const { open } of await stores()) {
        const { upkeep } = await open();
        for (const lock of await upkeep.locks(context.signal)) {
          const isBroken = (lock.isStale || force) && (await upkeep.breakLock(lock, context));
          (isBroken ? report.broken : report.held).push(lock);
        }
      }
      return report;
    },
    async whileRestoring({ snapshot, target }, context, job) {
      const [read, written] = await Promise.all([placeOf(snapshot), placeOf(target.store ? `${target.store}:` : '')]);
      const locks: HeldLock[] = [];
      try {
        locks.push(...(await lockIfWritable(written.upkeep, target.id, context)));
        if (read.prefix !== written.prefix) locks.push(...(await lockIfWritable(read.upkeep, target.id, context)));
        return await job();
      } finally {
        for (const lock of locks) await lock.release();
      }
    },
  };
}

/** Who may only read a store can still restore from it. */
async function lockIfWritable(upkeep: StoreUpkeep, target: string, context: OperationContext): Promise<HeldLock[]> {
  try {
    return [await upkeep.lock({ purpose: 'restore', target }, context)];
  } catch (error) {
    if (!isKongBackupError(error, 'store-denied') && !isKongBackupError(error, 'store-unwritable')) throw error;
    context.log.warn(`${error.place}: nobody else is kept out of this restore: ${error.reason}`);
    return [];
  }
}

/** Why one snapshot can't be looked at, where others can. */
const aboutOne = ['snapshot-newer-format', 'key-missing', 'key-wrong'] as const;

async function verifyAll(
  parts: CareParts,
  placeOf: PlaceOf,
  { names, depth }: { names: readonly string[] | undefined; depth: Depth },
  context: OperationContext,
): Promise<VerifyReport> {
  const report: VerifyReport = { verifications: [], failed: [] };
  let withoutKey: unknown;
  for (const { id, problem } of await entriesOf(parts.store, names, context)) {
    if (problem?.code === 'store-unreachable') {
      report.failed.push({ id, ...problem, remedy: '' });
      continue;
    }
    try {
      const { upkeep } = await placeOf(id);
      report.verifications.push(await verifySnapshot({ ...parts, upkeep }, id, { depth }, context));
    } catch (error) {
      // Of one snapshot it says nothing about the others; what stands between us and the store does.
      if (!isKongBackupError(error) || !aboutOne.some((code) => error.code === code)) throw error;
      const { code, reason, remedy } = error;
      if (code !== 'snapshot-newer-format') withoutKey ??= error;
      report.failed.push({ id, code, reason, remedy });
    }
  }
  if (report.verifications.length === 0 && withoutKey !== undefined) throw withoutKey;
  const [first] = report.failed;
  if (first?.code === 'store-unreachable' && report.verifications.length === 0) throw noStore(first);
  return report;
}

const noStore = ({ id, reason }: VerifyReport['failed'][number]): KongBackupError =>
  new KongBackupError('store-unreachable', { place: id, reason, remedy: 'Try again when it answers.' });

/** Store after store: what a policy keeps, it keeps in each. */
async function pruneAll(parts: CareParts, options: PruneOptions, context: OperationContext): Promise<PruneReport> {
  const request = { ...(await policiesOf(parts, options)), dryRun: options.dryRun };
  const all: PruneReport = { ...emptyReport, dryRun: options.dryRun };
  const failures: unknown[] = [];
  const stores = await parts.stores();
  for (const { prefix, open } of stores) {
    try {
      const { store, upkeep } = await open();
      const report = await prune({ ...parts, store, upkeep }, request, context);
      addReport(all, withPrefix(report, prefix));
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled' || error.code === 'retention-invalid') throw error;
      failures.push(error);
      all.failed = [...all.failed, { id: prefix || parts.store.location, code: error.code, reason: error.reason }];
    }
  }
  // In the other stores there is nothing of what was asked for.
  if (failures.length > 0 && all.lines.length === 0) throw failures[0];
  return all;
}

async function entriesOf(
  store: SnapshotStore,
  names: readonly string[] | undefined,
  { signal }: OperationContext,
): Promise<Pick<CatalogueEntry, 'id' | 'problem'>[]> {
  const listed = await store.list(undefined, signal);
  if (!names) {
    // A mistyped place in a scheduled check must not look like a success.
    if (listed.length === 0) throw nothingThere(store);
    return listed;
  }
  const chosen = new Map<string, Pick<CatalogueEntry, 'id' | 'problem'>>();
  for (const name of names) {
    // What is damaged is no whole snapshot, and is looked at all the same: by its id or its time.
    const entry: Pick<CatalogueEntry, 'id' | 'problem'> =
      listed.find(({ id }) => id === name) ?? (await locateSnapshot(store, name, signal));
    chosen.set(entry.id, entry);
  }
  return [...chosen.values()];
}

const nothingThere = ({ location }: SnapshotStore): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: location,
    reason: 'There are no snapshots to look at.',
    remedy: 'Name the place where they are, or take one first.',
  });

async function policiesOf(
  { environments }: CareParts,
  { environments: names, policy }: PruneOptions,
): Promise<Pick<PruneRequest, 'policies' | 'only' | 'folders'>> {
  const chosen = names
    ? await Promise.all(names.map((name) => environments.environment(name)))
    : (await environments.environments()).environments;
  const policies = new Map<string, RetentionSection>();
  for (const { id, name, retention } of chosen) {
    const own = policy ?? retention;
    if (own) policies.set(id, own);
    else if (names) throw withoutPolicy(name);
  }
  if (policies.size === 0) throw withoutPolicy('kong-backup prune');
  if (!names) return { policies };
  const folders = new Set(chosen.map(({ name }) => safeFileName(name)));
  return { policies, only: new Set(chosen.map(({ id }) => id)), folders };
}

const withoutPolicy = (place: string): KongBackupError =>
  new KongBackupError('retention-invalid', {
    place,
    reason: 'Nothing says which snapshots to keep.',
    remedy:
      'Write a section "retention" for the environment into the environments file, or give rules such as --keep-last 10.',
  });
