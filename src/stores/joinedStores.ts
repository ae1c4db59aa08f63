import { defaultStoreName } from '../core/environmentsFile.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { newestFirst } from './catalogue.js';
import type { NamedStores } from './namedStores.js';

/** Where an id of the joined store leads. */
interface Place {
  /** Absent: the default store. */
  name?: string;
  /** Within that store. */
  id: string;
}

/**
 * All stores as one. Ids of a named store have its name in front: `archive:production/2026-…`; those of the default store are
 * as they are, or have `default:` in front. An id without a name means the default store, then that of its environment, then any other that has it.
 */
export function joinStores(stores: NamedStores): SnapshotStore {
  /** @returns undefined when the text names no store. */
  async function named(text: string): Promise<Place | undefined> {
    const cut = text.indexOf(':');
    if (cut < 1 || text.slice(0, cut).includes('/')) return undefined;
    const [name, id] = [text.slice(0, cut), text.slice(cut + 1)];
    // A store that a person called "default" goes first.
    if ((await stores.names()).includes(name)) return { name, id };
    return name === defaultStoreName ? { id } : undefined;
  }

  /** Runs a job in the store that the id leads to; in the next one where it isn't. */
  async function at<T>(id: string, job: (store: SnapshotStore, place: Place) => Promise<T>): Promise<T> {
    const place = await named(id);
    if (place) return inStore(place, job);
    try {
      return await inStore({ id }, job);
    } catch (error) {
      if (!isKongBackupError(error, 'snapshot-missing')) throw error;
      const own = await stores.storeOf(id.slice(0, id.indexOf('/')));
      let told = error;
      for (const name of await othersFor(own)) {
        try {
          return await inStore({ name, id }, job);
        } catch (failure) {
          if (!isKongBackupError(failure, 'snapshot-missing')) throw failure;
          // That it is not where the environment has its snapshots says most.
          if (name === own) told = failure;
        }
      }
      throw (await withoutStore(id)) ?? told;
    }
  }

  /** Where a name was taken for that of a store, and there is none: what else could be meant. */
  async function withoutStore(id: string): Promise<KongBackupError | undefined> {
    const name = /^([^:/]+):/.exec(id)?.[1];
    if (name === undefined) return undefined;
    return new KongBackupError('snapshot-missing', {
      place: id,
      reason: `There is no such snapshot, and no store "${name}".`,
      remedy: `The stores are ${[defaultStoreName, ...(await stores.names())].join(', ')}.`,
    });
  }

  async function othersFor(own: string | undefined): Promise<string[]> {
    const names = await stores.names();
    return own === undefined ? names : [own, ...names.filter((name) => name !== own)];
  }

  async function inStore<T>(place: Place, job: (store: SnapshotStore, place: Place) => Promise<T>): Promise<T> {
    try {
      return await job(await stores.open(place.name), place);
    } catch (error) {
      // Credentials may have expired: they are read anew the next time.
      if (isKongBackupError(error, 'store-denied')) stores.forget(place.name);
      throw error;
    }
  }

  async function listNamed(name: string, id: string, signal?: AbortSignal): Promise<CatalogueEntry[]> {
    const environment = id === '' ? undefined : id;
    const entries = await inStore({ name, id }, (store) => store.list(environment, signal));
    return entries.map((entry) => qualifiedEntry(name, entry)).sort(newestFirst);
  }

  async function listOne({ name, id }: Place & { id: string }, signal?: AbortSignal): Promise<CatalogueEntry[]> {
    const environment = id === '' ? undefined : id;
    if (name === undefined) return inStore({ id }, (store) => store.list(environment, signal));
    try {
      return await listNamed(name, id, signal);
    } catch (error) {
      // One store that can't be read hides no other, and isn't taken for an empty one.
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      const reason = `${error.place}: ${error.reason} ${error.remedy}`.trim();
      const isOwnStore = environment !== undefined && (await stores.storeOf(environment)) === name;
      const problem = { code: 'store-unreachable' as const, reason, ...(isOwnStore && { isOwnStore }) };
      return [{ id: qualified(name, ''), store: name, problem }];
    }
  }

  return {
    get location() {
      return stores.opened(undefined)?.location ?? '';
    },
    async list(environment = '', signal) {
      const place = await named(environment);
      // Who names a store asks for no other.
      if (place?.name !== undefined) return await listNamed(place.name, place.id, signal);
      const places = place
        ? [place]
        : [undefined, ...(await stores.names())].map((name) => ({ name, id: environment }));
      const lists = await Promise.all(
        places.map(({ name, id }) => listOne({ id, ...(name !== undefined && { name }) }, signal)),
      );
      const own = place || environment === '' ? undefined : await stores.storeOf(environment);
      // Of a snapshot and its copies the one in the environment's own store comes first.
      const isOwn = ({ store }: CatalogueEntry): number => Number(store === own);
      return lists.flat().sort((a, b) => (areOfOneTime(a, b) ? isOwn(b) - isOwn(a) : 0) || newestFirst(a, b));
    },
    manifest: (id, signal) =>
      at(id, async (store, place) => qualifiedManifest(place.name, await store.manifest(place.id, signal))),
    read: (id, file, signal) => at(id, (store, place) => store.read(place.id, file, signal)),
    extract: (id, file, target, signal) => at(id, (store, place) => store.extract(place.id, file, target, signal)),
    check: (id, signal) => at(id, (store, place) => store.check(place.id, signal)),
    record: (id, record, signal) => at(id, (store, place) => store.record(place.id, record, signal)),
    remove: (id, signal) => at(id, (store, place) => store.remove(place.id, signal)),
    async stage(environment, signal) {
      const name = await stores.storeOf(environment);
      return inStore({ id: environment, ...(name !== undefined && { name }) }, async (store) => {
        const staging = await store.stage(environment, signal);
        return {
          ...staging,
          publish: async (manifest, at) => qualifiedManifest(name, await staging.publish(manifest, at)),
        };
      });
    },
    pathOf(id, file) {
      const cut = id.indexOf(':');
      const store = cut < 1 ? stores.opened(undefined) : stores.opened(id.slice(0, cut));
      return store?.pathOf(id.slice(cut + 1), file);
    },
  };
}

const areOfOneTime = (a: CatalogueEntry, b: CatalogueEntry): boolean =>
  a.id.slice(a.id.indexOf('/') + 1) === b.id.slice(b.id.indexOf('/') + 1);

const qualified = (name: string, id: string): string => `${name}:${id}`;

const qualifiedManifest = (name: string | undefined, manifest: Manifest): Manifest =>
  name === undefined ? manifest : { ...manifest, id: qualified(name, manifest.id) };

const qualifiedEntry = (name: string, entry: CatalogueEntry): CatalogueEntry =>
  entry.manifest
    ? { ...entry, id: qualified(name, entry.id), store: name, manifest: qualifiedManifest(name, entry.manifest) }
    : { ...entry, id: qualified(name, entry.id), store: name };
