import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { type Gap, isUnknown } from '../core/coverage.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';

/** A snapshot, and what to know of how it was chosen. */
export interface FoundSnapshot {
  manifest: Manifest;
  warning?: { code: 'newer-passed-over' | 'latest-not-whole' | 'store-unread'; message: string };
}

/**
 * A whole snapshot by what a person calls it: its id, `ENVIRONMENT/latest`, or `ENVIRONMENT/` and the beginning of its time.
 * Safety snapshots are never the latest: they hold what somebody wanted to get away from. One that lacks kinds is the latest
 * only where there is no other.
 * @throws KongBackupError `snapshot-missing`, `store-unreachable` when the latest may be in a store that is away, and what stands in the way of reading the one that is meant.
 */
export async function findSnapshot(store: SnapshotStore, name: string): Promise<FoundSnapshot> {
  const cut = name.lastIndexOf('/');
  const [environment, time] = [name.slice(0, Math.max(cut, 0)), name.slice(cut + 1)];
  if (environment === '' || time === '') throw missing(store, name, 'It is no name of a snapshot.');
  const listed = await store.list(environment);
  const unread = listed.filter(({ problem }) => problem?.code === 'store-unreachable');
  const own = unread.find(({ problem }) => problem?.isOwnStore);
  if (own && time === 'latest') throw ownStoreAway(name, own.problem?.reason ?? '');
  const entries = listed.filter((entry) => !unread.includes(entry));
  const exact = entries.filter(({ id }) => id === name);
  const alike = entries.filter(({ id, manifest }) =>
    time === 'latest' ? manifest && manifest.guards === undefined : id.slice(id.lastIndexOf('/') + 1).startsWith(time),
  );
  const fitting = exact.length > 0 ? exact : alike;
  const [newest] = fitting;
  // Copies of one snapshot in several stores are one and the same.
  if (time !== 'latest' && new Set(fitting.map(({ id }) => id.slice(id.indexOf(':') + 1))).size > 1) {
    throw missing(
      store,
      name,
      `${fitting.length} snapshots begin like that: ${fitting.map(({ id }) => id).join(', ')}.`,
    );
  }
  if (time === 'latest' && newest?.manifest) {
    const found = latestOf(fitting, newest.manifest);
    const [first] = unread;
    if (found.warning || !first) return found;
    const message = `There may be a newer snapshot in a store that can't be read: ${first.problem?.reason ?? ''}`;
    return { ...found, warning: { code: 'store-unread', message } };
  }
  // By its id it is found under the folder's name too, whatever the environment is called now.
  const id = newest?.id ?? (time === 'latest' ? `${safeFileName(environment)}/latest` : name);
  return { manifest: await store.manifest(id) };
}

/** @param fitting newest first. */
function latestOf(fitting: readonly CatalogueEntry[], newest: Manifest): FoundSnapshot {
  const lacks = lackingIn(newest).map(({ kind, workspace }) => [kind, workspace].filter(Boolean).join(' of '));
  if (lacks.length === 0) return { manifest: newest };
  const what = lacks.map((each) => each || 'whole workspaces').join(', ');
  const whole = fitting.find(({ manifest }) => manifest && lackingIn(manifest).length === 0)?.manifest;
  if (whole) {
    const message = `${newest.id} is newer but does not hold ${what}: ${whole.id} is taken.`;
    return { manifest: whole, warning: { code: 'newer-passed-over', message } };
  }
  const message = `${newest.id} does not hold ${what}, and no other snapshot holds all.`;
  return { manifest: newest, warning: { code: 'latest-not-whole', message } };
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

const missing = (store: SnapshotStore, place: string, reason: string): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place,
    reason,
    remedy: `Name one as ENVIRONMENT/TIME or ENVIRONMENT/latest; they are in ${store.location}.`,
  });
