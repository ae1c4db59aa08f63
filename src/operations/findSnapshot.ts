import type { Environment } from '../core/environment.js';
import { defaultStoreName } from '../core/environmentsFile.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { type Gap, isUnknown } from '../core/coverage.js';
import type { PartKind } from '../core/part.js';
import { type CatalogueEntry, isBetweenStates, type Manifest } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';

/** A snapshot, and what to know of how it was chosen. */
export interface FoundSnapshot {
  manifest: Manifest;
  warning?: { code: 'newer-passed-over' | 'latest-not-whole' | 'store-unread' | 'copy-taken'; message: string };
}

/** Where a snapshot is, and what to know of how it was chosen. */
export interface LocatedSnapshot extends Pick<FoundSnapshot, 'warning'> {
  /** With the name of its store, where that is not the default one. */
  id: string;
  /** As it is listed. */
  manifest?: Manifest;
  /** Why it is not whole. */
  problem?: NonNullable<CatalogueEntry['problem']>;
}

/**
 * A whole snapshot by what a person calls it: its id, `ENVIRONMENT/latest`, or `ENVIRONMENT/` and the beginning of its time; with
 * `STORE:` before it where one store is meant, else the environment's own goes first. Safety snapshots are never the latest: they
 * hold what somebody wanted to get away from. One that was made from files, or lacks kinds, is the latest only where there is no
 * other.
 * @param part of which the latest is wanted, whatever else it lacks.
 * @throws KongBackupError `snapshot-missing`, `store-unreachable` when the latest may be in a store that is away, and what stands in the way of reading the one that is meant.
 */
export async function findSnapshot(store: SnapshotStore, name: string, part?: PartKind): Promise<FoundSnapshot> {
  const { id, manifest, warning } = await locateSnapshot(store, name, undefined, part);
  const listed = name.endsWith('/latest') ? manifest : undefined;
  return {
    manifest: listed && !listed.encryption ? listed : await readableManifest(store, id, listed),
    ...(warning && { warning }),
  };
}

/** Its manifest; of an encrypted one whose key is not at hand what is `listed` of it. @throws as `SnapshotStore.manifest`. */
export async function readableManifest(
  store: SnapshotStore,
  id: string,
  listed: Manifest | undefined,
): Promise<Manifest> {
  try {
    return await store.manifest(id);
  } catch (error) {
    if (listed && (isKongBackupError(error, 'key-missing') || isKongBackupError(error, 'key-wrong'))) return listed;
    throw error;
  }
}

/**
 * Where the snapshot is that a person calls so, as `findSnapshot` finds it: to know that needs no key. One that is named by its time
 * may be damaged.
 * @throws KongBackupError as `findSnapshot`.
 */
export async function locateSnapshot(
  store: SnapshotStore,
  name: string,
  signal?: AbortSignal,
  part?: PartKind,
): Promise<LocatedSnapshot> {
  const cut = name.lastIndexOf('/');
  const [environment, time] = [name.slice(0, Math.max(cut, 0)), name.slice(cut + 1)];
  if (environment === '' || time === '') throw missing(store, name, 'It is no name of a snapshot.');
  const listed = await store.list(environment, signal);
  const unread = listed.filter(({ problem }) => problem?.code === 'store-unreachable');
  const entries = listed.filter((entry) => !unread.includes(entry));
  if (time === 'latest') return latestAmong(store, name, { entries, unread, part });
  const exact = entries.filter(({ id }) => id === name);
  const fitting =
    exact.length > 0
      ? [...exact, ...entries.filter(({ id }) => id !== name && idInStore(id) === name)]
      : entries.filter(({ id }) => id.slice(id.lastIndexOf('/') + 1).startsWith(time));
  // Copies of one snapshot in several stores are one and the same.
  if (new Set(fitting.map(({ id }) => idInStore(id))).size > 1) throw several(store, name, fitting, 'begin like that');
  const [first] = fitting;
  if (first) return bestCopy(store, name, [first, ...fitting.slice(1)]);
  // By its id it is found under the folder's name too, whatever the environment is called now.
  const elsewhere = (await store.list(undefined, signal)).find(({ id }) => id === name);
  return { id: elsewhere?.id ?? (await store.manifest(name, signal)).id };
}

/** What one store calls it. */
const idInStore = (id: string): string => id.slice(id.indexOf(':') + 1);

const isGood = ({ manifest, state }: CatalogueEntry): boolean =>
  manifest !== undefined && state?.verified?.result !== 'damaged';

/** @param copies of one id in several stores, the first of which is what the name means where they are alike. */
function bestCopy(
  store: SnapshotStore,
  name: string,
  copies: readonly [CatalogueEntry, ...CatalogueEntry[]],
): LocatedSnapshot {
  const [first] = copies;
  const best = copies.find(isGood) ?? copies.find(({ manifest }) => manifest) ?? first;
  if (best.problem) return { id: best.id, problem: best.problem };
  const whole = copies.filter(({ manifest }) => manifest);
  if (new Set(whole.map(contentOf)).size > 1)
    throw several(store, name, whole, 'have that id, and do not hold the same');
  const located = { id: best.id, manifest: best.manifest };
  if (best === first) return located;
  const reason = first.problem?.reason ?? 'It was found damaged.';
  const message = `${first.id}: ${reason} Its copy ${best.id} is taken.`;
  return { ...located, warning: { code: 'copy-taken', message } };
}

/** The same for a snapshot and its copy, whatever keys they are sealed to. */
const contentOf = ({ manifest }: CatalogueEntry): string =>
  JSON.stringify([
    manifest?.createdAt,
    manifest?.environment.id,
    manifest?.parts.map(({ kind, workspace, files }) => [
      kind,
      workspace,
      files.map(({ path, bytes }) => [path, bytes]),
    ]),
  ]);

interface Listed {
  /** Newest first. */
  entries: readonly CatalogueEntry[];
  unread: readonly CatalogueEntry[];
  part: PartKind | undefined;
}

async function latestAmong(
  store: SnapshotStore,
  name: string,
  { entries, unread, part }: Listed,
): Promise<LocatedSnapshot> {
  const own = unread.find(({ problem }) => problem?.isOwnStore);
  if (own) throw ownStoreAway(name, own.problem?.reason ?? '');
  const manifests = entries.flatMap(({ manifest }) => (manifest && manifest.guards === undefined ? [manifest] : []));
  const [newest] = manifests;
  const damaged = entries.find(({ problem }) => problem);
  if (!newest && damaged?.problem) throw noneWhole(name, damaged.id, damaged.problem.reason);
  // There is none of that name, and the store knows best what to say of that.
  if (!newest) return { id: (await store.manifest(name)).id };
  const withPart = manifests.filter(({ parts }) => part !== undefined && parts.some(({ kind }) => kind === part));
  const holding = withPart.find((manifest) => !isBetweenStates(manifest)) ?? withPart[0];
  const latest = holding ? { manifest: holding } : latestOf(manifests, newest);
  const { manifest } = latest;
  const located = { id: manifest.id, manifest };
  const warning = besides(latest, entries);
  const [first] = unread;
  if (warning ?? !first) return { ...located, ...(warning && { warning }) };
  const message = `There may be a newer snapshot in a store that can't be read: ${first?.problem?.reason ?? ''}`;
  return { ...located, warning: { code: 'store-unread', message } };
}

/** A newer one that can't be used is not passed over without a word: what is in the older one is what comes back. */
function besides({ manifest, warning }: FoundSnapshot, entries: readonly CatalogueEntry[]): FoundSnapshot['warning'] {
  const newer = entries.slice(
    0,
    entries.findIndex(({ id }) => id === manifest.id),
  );
  const damaged = newer.find(({ problem }) => problem);
  if (!damaged?.problem) return warning;
  const message = `${damaged.id} is newer and can't be used: ${damaged.problem.reason} ${warning?.message ?? `${manifest.id} is taken.`}`;
  return { code: 'newer-passed-over', message };
}

const noneWhole = (name: string, id: string, reason: string): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place: name,
    reason: `None of its snapshots is whole; of ${id}: ${reason}`,
    remedy: 'Look at them with kong-backup snapshots, put back what is missing, or take another backup.',
  });

/** @param all newest first. */
function latestOf(all: readonly Manifest[], newest: Manifest): FoundSnapshot {
  const taken = all.filter(({ imported }) => imported === undefined);
  const fitting = taken.length > 0 ? taken : all;
  const settled = fitting.filter((manifest) => !isBetweenStates(manifest));
  const best = settled.find((manifest) => lackingIn(manifest).length === 0) ?? settled[0] ?? fitting[0] ?? newest;
  const lacks = flawOf(best);
  const passedOver = newest.imported && !best.imported ? 'was made from a file' : flawOf(newest);
  if (best === newest && lacks === '') return { manifest: best };
  const message =
    best === newest
      ? `${best.id} ${lacks}, and no other snapshot holds all.`
      : `${newest.id} is newer but ${passedOver}: ${best.id} is taken${lacks === '' ? '' : `, which ${lacks}`}.`;
  return { manifest: best, warning: { code: best === newest ? 'latest-not-whole' : 'newer-passed-over', message } };
}

/** What keeps a snapshot from being the one to go back to, behind its name; empty for none. */
function flawOf(manifest: Manifest): string {
  if (isBetweenStates(manifest)) return 'was taken in the middle of a restore';
  const lacks = lackingIn(manifest)
    .map(({ kind, workspace }) => [kind, workspace].filter(Boolean).join(' of ') || 'whole workspaces')
    .join(', ');
  return lacks === '' ? '' : `does not hold ${lacks}`;
}

/** Kinds, workspaces or parts that the snapshot should hold and does not. */
const lackingIn = ({ coverage, failures = [] }: Manifest): Pick<Gap, 'kind' | 'workspace'>[] => [
  ...coverage.notHeld.filter(isUnknown),
  ...failures.filter(({ part }) => part !== 'entities').map(({ part }) => ({ kind: `the ${part}` })),
];

/** The snapshots of an environment, under the names it had before too: its id tells. Newest first. */
export async function snapshotsOf(store: SnapshotStore, environment: Environment): Promise<CatalogueEntry[]> {
  const folder = `${safeFileName(environment.name)}/`;
  return (await store.list()).filter(({ id, manifest, problem, store: name = '' }) => {
    if (manifest) return manifest.environment.id === environment.id || manifest.environment.name === environment.name;
    if (problem.code === 'store-unreachable') return name === environment.store;
    return id.slice(id.indexOf(':') + 1).startsWith(folder);
  });
}

/** What lies elsewhere is older, or was kept there for another reason. */
const ownStoreAway = (place: string, reason: string): KongBackupError =>
  new KongBackupError('store-unreachable', {
    place,
    reason: `Its newest snapshot is in a store that can't be read: ${reason}`,
    remedy: 'Try again when it answers, or name the snapshot that is meant.',
  });

export const notWhole = (place: string, { code, reason }: NonNullable<LocatedSnapshot['problem']>): KongBackupError =>
  new KongBackupError(code, { place, reason, remedy: 'See with "kong-backup verify" what is left of it.' });

function several(store: SnapshotStore, name: string, found: readonly CatalogueEntry[], what: string): KongBackupError {
  return missing(store, name, `${found.length} snapshots ${what}: ${found.map(({ id }) => qualified(id)).join(', ')}.`);
}

/** As it can be typed to mean this one alone. */
const qualified = (id: string): string => (id.includes(':') ? id : `${defaultStoreName}:${id}`);

const missing = (store: SnapshotStore, place: string, reason: string): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place,
    reason,
    remedy: `Name one as ENVIRONMENT/TIME or ENVIRONMENT/latest; they are in ${store.location}.`,
  });
