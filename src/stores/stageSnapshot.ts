import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import type { CatalogueEntry } from '../core/snapshot.js';
import { parseSnapshotId } from '../core/snapshotId.js';
import type { Staging } from '../core/store.js';
import { keepAlive, temporaryName } from './leftovers.js';
import type { ObjectStorage } from './objectStorage.js';
import { publish } from './publish.js';
import { isTimed } from './snapshotKeys.js';
import { stagingRoots } from './stagingRoots.js';
import type { SnapshotEncoding } from './storeEncoding.js';
import { sweepSnapshots } from './sweepSnapshots.js';
import { privateFolder } from './syncedWrite.js';

interface Stage {
  storage: ObjectStorage;
  encoding: SnapshotEncoding;
  /** Folder name of the environment. */
  environment: string;
  privateStaging?: string;
  list(): Promise<CatalogueEntry[]>;
}

/**
 * A folder for a snapshot in the making; what stopped processes left of others is swept first.
 * @throws KongBackupError `store-*`, `cancelled`.
 */
export async function stageSnapshot(job: Stage, signal: AbortSignal): Promise<Staging> {
  const { storage, encoding, environment, list } = job;
  await storage.prepare(signal);
  const before = await sweepSnapshots(storage, `${environment}/`, signal);
  const { open, stored } = await stagingRoots(job);
  const directory = path.join(open, temporaryName('staging'));
  const output = path.join(stored, temporaryName('staging'));
  await mkdir(directory, { mode: privateFolder }).catch((error: unknown) => {
    throw writeError(error, open);
  });
  const letGo = keepAlive(directory);
  const removeFolders = async (): Promise<void> => {
    letGo();
    for (const folder of [directory, output]) {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    }
  };
  return {
    directory,
    async publish(manifest, id) {
      if (id !== undefined && !(parseSnapshotId(id) && isTimed(id))) throw unfit(id);
      try {
        await mkdir(output, { recursive: true, mode: privateFolder });
        const known = list;
        const at = id === undefined ? {} : { at: id };
        const job = { storage, encoding, directory, output, environment, manifest, before, known, ...at };
        const published = await publish(job, signal);
        await removeFolders();
        return published;
      } catch (error) {
        throw writeError(error, storage.location);
      }
    },
    discard: removeFolders,
  };
}

const unfit = (id: string): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place: id,
    reason: 'Its folder is not named after an environment and a time, as ENVIRONMENT/2026-11-21T06-35-17.123Z.',
    remedy: 'Give the folder its name back; manifest.json says when it was taken.',
  });
