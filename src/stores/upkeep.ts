import { safeFileName } from '../core/snapshotId.js';
import type { StoreUpkeep } from '../core/upkeep.js';
import { collectPacks } from './collectPacks.js';
import { acquireLock, breakLock, ownerName } from './lock.js';
import { findLocks, storeLock } from './lockRecords.js';
import type { ObjectStorage } from './objectStorage.js';
import { sweepSnapshots } from './sweepSnapshots.js';

const targetLock = 'target-';

/** @param storage with credentials that may delete. */
export function createUpkeep(storage: ObjectStorage): StoreUpkeep {
  return {
    owner: ownerName(),
    now: (signal) => storage.now(signal),
    async lock({ purpose, target }, context) {
      if (target !== undefined)
        return acquireLock(
          storage,
          { name: nameOf(target), purpose, conflicts: (name) => name === storeLock },
          context,
        );
      // To take a lock makes the place where it is missing; there is nothing to delete from one that is away.
      await storage.now(context.signal);
      return acquireLock(storage, { name: storeLock, purpose, conflicts: isTargetLock }, context);
    },
    locks: (signal) => findLocks(storage, signal),
    breakLock: (lock, context) => breakLock(storage, lock, context),
    async sweep(signal) {
      await sweepSnapshots(storage, '', signal);
    },
    collect: (lock, context) => collectPacks(storage, lock, context),
  };
}

const isTargetLock = (name: string): boolean => name.startsWith(targetLock);
const nameOf = (target: string): string => targetLock + safeFileName(target);
