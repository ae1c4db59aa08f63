import type { OperationContext } from '../core/context.js';
import { defaultStoreName } from '../core/environmentsFile.js';
import { KongBackupError } from '../core/errors.js';
import type { SnapshotStore } from '../core/store.js';
import { copySnapshot, type CopyPlace, type CopyResult, moveSnapshot } from './copySnapshot.js';
import { locateSnapshot } from './findSnapshot.js';

export { defaultStoreName };

/** One of the stores that there are, for snapshots that come or go. */
export interface TransferPlace {
  /** Absent: the default store. */
  name?: string;
  open(): Promise<CopyPlace & { writeArchive: ArchiveWriter }>;
}

/** @param id within the store. @param file absolute path of a file that isn't there. */
type ArchiveWriter = (id: string, file: string, context: OperationContext) => Promise<{ bytes: number }>;

export interface OpenArchive {
  store: SnapshotStore;
  id: string;
  /** Never throws. */
  discard(): Promise<void>;
}

export interface TransferParts {
  /** All stores as one. */
  store: SnapshotStore;
  places(): Promise<TransferPlace[]>;
  storeOf(environment: string): Promise<string | undefined>;
  /** @param identityFile absolute path of a key to try too. @throws KongBackupError `archive-invalid`, `file-unreadable`. */
  openArchive(file: string, identityFile: string | undefined, context: OperationContext): Promise<OpenArchive>;
}

export interface TransferOptions {
  /** Whether what is encrypted may become a copy that isn't. False when absent. */
  mayDecrypt?: boolean;
}

export interface ImportOptions extends TransferOptions {
  /** Name of a store; that of the snapshot's environment when absent. */
  to?: string;
  /** Absolute path of a file with the key of an encrypted snapshot, where no store names it. */
  identityFile?: string;
}

export interface Transferred {
  /** Of the copy, among those of all stores. */
  id: string;
  result: CopyResult;
}

/** Snapshots from store to store, and in and out as files. A `name` is what a person calls a snapshot, as `ENV/latest`. */
export interface Transfers {
  /** The names of all stores, the default one first. */
  storeNames(): Promise<string[]>;
  /** @param to name of a store, or `default`. @throws as `copySnapshot`. */
  copySnapshot(name: string, to: string, options: TransferOptions, context: OperationContext): Promise<Transferred>;
  moveSnapshot(name: string, to: string, options: TransferOptions, context: OperationContext): Promise<Transferred>;
  /** @param file absolute path of a file that isn't there. @throws as `writeArchive`. */
  exportSnapshot(
    name: string,
    file: string,
    context: OperationContext,
  ): Promise<{ id: string; file: string; bytes: number }>;
  /** @param file absolute path. @throws KongBackupError `archive-invalid`, and as `copySnapshot`: nothing was imported then. */
  importSnapshot(file: string, options: ImportOptions, context: OperationContext): Promise<Transferred>;
}

export function createTransfers(parts: TransferParts): Transfers {
  const transfer =
    (job: typeof copySnapshot | typeof moveSnapshot) =>
    async (name: string, to: string, { mayDecrypt = false }: TransferOptions, context: OperationContext) => {
      const source = await whereIs(parts, name, context);
      const target = await placeNamed(parts, to);
      if (source.place.name === target.name) throw sameStore(name, to);
      const request = { id: source.id, mayDecrypt };
      const result = await job(await source.place.open(), await target.open(), request, context);
      return { id: idIn(target, source.id), result };
    };
  return {
    storeNames: async () => (await parts.places()).map(({ name }) => name ?? defaultStoreName),
    copySnapshot: transfer(copySnapshot),
    moveSnapshot: transfer(moveSnapshot),
    async exportSnapshot(name, file, context) {
      const { place, id } = await whereIs(parts, name, context);
      const { bytes } = await (await place.open()).writeArchive(id, file, context);
      return { id: idIn(place, id), file, bytes };
    },
    async importSnapshot(file, { to, identityFile, mayDecrypt = false }, context) {
      const archive = await parts.openArchive(file, identityFile, context);
      try {
        const { environment } = await archive.store.manifest(archive.id, context.signal);
        const target = await placeNamed(parts, to ?? (await parts.storeOf(environment.name)));
        const result = await copySnapshot(archive, await target.open(), { id: archive.id, mayDecrypt }, context);
        return { id: idIn(target, archive.id), result };
      } finally {
        await archive.discard();
      }
    },
  };
}

const idIn = ({ name }: Pick<TransferPlace, 'name'>, id: string): string => (name === undefined ? id : `${name}:${id}`);

/** By what is listed: to know where an encrypted snapshot is needs no key. */
async function whereIs(
  { store, places }: TransferParts,
  name: string,
  { signal, log }: OperationContext,
): Promise<{ place: TransferPlace; id: string }> {
  const { id, warning } = await locateSnapshot(store, name, signal);
  if (warning) log.warn(warning.message);
  const all = await places();
  const place = all.find((each) => each.name !== undefined && id.startsWith(`${each.name}:`));
  if (place) return { place, id: id.slice((place.name?.length ?? 0) + 1) };
  const unnamed = all.find((each) => each.name === undefined);
  if (!unnamed) throw new Error('There is a default store always.');
  return { place: unnamed, id };
}

async function placeNamed({ places }: TransferParts, name = defaultStoreName): Promise<TransferPlace> {
  const all = await places();
  // A store that a person called like that goes first.
  const found =
    all.find((place) => place.name === name) ??
    (name === defaultStoreName ? all.find((place) => place.name === undefined) : undefined);
  if (found) return found;
  throw new KongBackupError('environment-invalid', {
    place: name,
    reason: `There is no store "${name}".`,
    remedy: `There are ${all.map((place) => place.name ?? defaultStoreName).join(', ')}. The environments file names them under "stores".`,
  });
}

const sameStore = (place: string, store: string): KongBackupError =>
  new KongBackupError('environment-invalid', {
    place,
    reason: `It is in the store "${store}" already.`,
    remedy: 'Name another store.',
  });
