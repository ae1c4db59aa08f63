import { lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import { sweepTemporary } from './leftovers.js';
import type { ObjectStorage } from './objectStorage.js';
import type { SnapshotEncoding } from './storeEncoding.js';
import { makeFolders } from './syncedWrite.js';

interface StagingPlaces {
  storage: Pick<ObjectStorage, 'stagingRoot'>;
  encoding: Pick<SnapshotEncoding, 'encrypts'>;
  /** Absolute path of a folder on this machine; one in the system's temporary folder when absent, or when it can't be used. */
  privateStaging?: string;
}

interface StagingRoots {
  /**
   * Where files lie as they were taken. Not in a store that encrypts: a network drive or a synchronised folder would have them for
   * good, and what a killed backup leaves there would stay.
   */
  open: string;
  /** Where they lie as they are to be stored: on the store's file system, where it has one. */
  stored: string;
}

/**
 * Folders for snapshots in the making, absolute paths: made, private to their owner, and swept of what stopped processes left there.
 * @throws KongBackupError `store-unwritable`, `store-full`.
 */
export async function stagingRoots({ storage, encoding, privateStaging }: StagingPlaces): Promise<StagingRoots> {
  const { stagingRoot } = storage;
  if (stagingRoot === undefined) {
    const root = await temporaryRoot();
    return { open: root, stored: root };
  }
  await prepare(stagingRoot);
  if (!encoding.encrypts) return { open: stagingRoot, stored: stagingRoot };
  return { open: await privateRoot(privateStaging), stored: stagingRoot };
}

/** In a container there may be no home to have a cache in. */
async function privateRoot(folder: string | undefined): Promise<string> {
  if (folder === undefined) return temporaryRoot();
  try {
    await prepare(folder);
    return folder;
  } catch {
    return temporaryRoot();
  }
}

async function temporaryRoot(): Promise<string> {
  const root = path.join(tmpdir(), `kong-backup-${process.getuid?.() ?? 'staging'}`);
  await prepare(root, () => refuseForeign(root));
  return root;
}

async function prepare(root: string, check: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  try {
    await makeFolders(root);
    await check();
    await sweepTemporary(root, Date.now());
  } catch (error) {
    throw writeError(error, root);
  }
}

/** In the system's temporary folder anybody can have made a folder of this name first, to read or exchange what is staged. */
async function refuseForeign(folder: string): Promise<void> {
  const found = await lstat(folder);
  const isOurs = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
  if (found.isDirectory() && isOurs) return;
  throw new KongBackupError('store-unwritable', {
    place: folder,
    reason: 'Somebody else can write there, or made it.',
    remedy: 'Remove it, or set TMPDIR to a folder of your own.',
  });
}
