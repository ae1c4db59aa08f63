import { stat } from 'node:fs/promises';
import { KongBackupError } from '../core/errors.js';
import { isMissing, unreadable } from './folderErrors.js';
import type { ObjectStorage } from './objectStorage.js';

export interface NamedFolder {
  /** Of the store. */
  name: string;
  /** Whether an environment keeps its snapshots there; one that is for copies alone is empty until the first of them. */
  isUsed(): Promise<boolean>;
}

/**
 * The storage of a store that the environments file names: where its folder is away, as that of a network that is not mounted, it is
 * no empty store. `prepare` alone, as of a backup, makes it.
 * @param root absolute path.
 */
export function namedFolder(storage: ObjectStorage, { name, isUsed }: NamedFolder, root: string): ObjectStorage {
  const whereThere = async (): Promise<void> => {
    try {
      await stat(root);
    } catch (error) {
      if (!isMissing(error)) throw unreadable(root, error);
      if (await isUsed()) throw away(name, root);
    }
  };
  return {
    ...storage,
    async *list(prefix, signal, landmarks) {
      await whereThere();
      yield* storage.list(prefix, signal, landmarks);
    },
    async create(...given) {
      await whereThere();
      return storage.create(...given);
    },
    async replace(...given) {
      await whereThere();
      return storage.replace(...given);
    },
    async now(signal) {
      await whereThere();
      return storage.now(signal);
    },
  };
}

const away = (name: string, root: string): KongBackupError =>
  new KongBackupError('store-unreachable', {
    place: `${name} (${root})`,
    reason: 'The folder of this store is not there.',
    remedy: 'Mount it, or correct "folder"; the first backup into a new store makes it.',
  });
