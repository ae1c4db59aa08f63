import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { CatalogueEntry, Manifest, SnapshotWarning } from '../core/snapshot.js';
import { folderTime } from '../core/snapshotId.js';
import { checkObject, readText } from './checkedObject.js';
import type { EncodedObject } from './encoding/encoding.js';
import { storageKey } from './encoding/storedObjects.js';
import { abandonedAfter } from './leftovers.js';
import { formatManifest, parseManifest } from './manifestText.js';
import type { ObjectStorage } from './objectStorage.js';
import { refuseMissingFiles } from './stagedFiles.js';
import type { SnapshotEncoding } from './storeEncoding.js';
import { manifestKey, ownerKey } from './snapshotKeys.js';
import { storeShared } from './sharedObjects.js';
import { ownerText, removeObjects } from './sweepSnapshots.js';

/** More than this many snapshots of one environment never begin in one run of milliseconds. */
const attempts = 1000;
const parallelObjects = 8;

/** Milliseconds for tidying up after a failure. */
const tidyTime = 30_000;

export interface Publishing {
  storage: ObjectStorage;
  encoding: SnapshotEncoding;
  /** Absolute path of the folder with the files; they may be moved away. */
  directory: string;
  /** Absolute path of an empty folder on the same file system. */
  output: string;
  /** Folder name of the environment. */
  environment: string;
  manifest: Omit<Manifest, 'id'>;
  /** Ids of the whole snapshots that the environment has; undefined where the key may not list. */
  before: readonly string[] | undefined;
  known: () => Promise<readonly CatalogueEntry[]>;
  /** The id that it is to have: of a copy. The first time that is free when absent. */
  at?: string;
}

interface Claim {
  id: string;
  /** Whether what was written can be read back. */
  canRead: boolean;
  /** By the storage's clock. */
  at: Date;
}

/**
 * Makes a snapshot of staged files: claims a time, stores all that it consists of, reads it back, and writes the manifest last.
 * Only a manifest makes a snapshot, so that whatever stops this leaves a whole one or none.
 */
export async function publish(job: Publishing, signal: AbortSignal): Promise<Manifest> {
  const { storage, encoding, directory, output } = job;
  await refuseMissingFiles(directory, job.manifest);
  const claim = await claimTime(job, signal);
  const written: string[] = [];
  try {
    const manifest = { ...job.manifest, warnings: [...job.manifest.warnings, ...warningsOf(job, claim)] };
    const encoded = await encoding.encode({ directory, output, manifest }, job.known, signal);
    await storeObjects(job, encoded.objects, claim, written, signal);
    await refuseAbandoned(storage, claim, signal);
    const whole: Manifest = { ...encoded.manifest, id: claim.id };
    const opened = await openedAgain(job, whole, { ...encoded.opened, id: claim.id }, signal);
    await writeManifest(storage, whole, claim, signal);
    if (claim.canRead) await refuseLostPacks(job, whole, signal);
    if (claim.canRead) await storage.remove(ownerKey(claim.id), signal).catch(() => undefined);
    return opened;
  } catch (error) {
    await tidyUp(storage, claim.id, written);
    throw error;
  }
}

/**
 * What was sealed opens again, before anything of it is published. Who has no key to open it with, as a machine that only makes
 * backups, knows what it wrote.
 */
async function openedAgain(
  { encoding }: Publishing,
  manifest: Manifest,
  written: Manifest,
  signal: AbortSignal,
): Promise<Manifest> {
  try {
    return await encoding.openManifest(manifest, signal);
  } catch (error) {
    if (isKongBackupError(error, 'snapshot-damaged') || isKongBackupError(error, 'cancelled')) throw error;
    return written;
  }
}

/** Two windows can begin in the same millisecond: the second goes by the next one that is free. */
async function claimTime({ storage, environment, manifest, at }: Publishing, signal: AbortSignal): Promise<Claim> {
  const moment = new Date(manifest.createdAt).getTime();
  const text = ownerText();
  for (let attempt = 0; attempt < (at === undefined ? attempts : 1); attempt++) {
    const id = at ?? `${environment}/${folderTime(new Date(moment + attempt))}`;
    const content = Buffer.from(text);
    if ((await storage.create(ownerKey(id), content, sha256Of(text), signal)) === 'exists') continue;
    if (await isTaken(storage, id, signal)) {
      await storage.remove(ownerKey(id), signal);
      continue;
    }
    return { id, canRead: await canRead(storage, ownerKey(id), signal), at: await storage.now(signal) };
  }
  if (at !== undefined) throw isThereAlready(storage, at);
  throw new KongBackupError('store-unwritable', {
    place: `${storage.location}: ${environment}`,
    reason: `The ${attempts} milliseconds after ${manifest.createdAt} are all taken.`,
    remedy: "Check the machine's clock.",
  });
}

const isThereAlready = ({ location }: ObjectStorage, id: string): KongBackupError =>
  new KongBackupError('store-unwritable', {
    place: `${location}: ${id}`,
    reason: 'There is something of that name already, or another one is about to make it.',
    remedy: 'Look at it with "kong-backup snapshots"; leftovers of a stopped copy go by themselves within a day.',
  });

/** Who may not list leaves owner's files behind, so that no time is claimed twice. */
async function isTaken(storage: ObjectStorage, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const { key } of storage.list(`${id}/`, signal)) if (key !== ownerKey(id)) return true;
  } catch (error) {
    if (!isKongBackupError(error, 'store-denied')) throw error;
    return hasManifest(storage, id, signal);
  }
  return false;
}

/** For a key that may read and not list. One that may do neither never learns it. */
async function hasManifest(storage: ObjectStorage, id: string, signal: AbortSignal): Promise<boolean> {
  try {
    await readText(storage, manifestKey(id), signal);
    return true;
  } catch (error) {
    if (isKongBackupError(error, 'object-missing') || isKongBackupError(error, 'store-denied')) return false;
    throw error;
  }
}

async function canRead(storage: ObjectStorage, key: string, signal: AbortSignal): Promise<boolean> {
  try {
    await readText(storage, key, signal);
    return true;
  } catch (error) {
    if (!isKongBackupError(error, 'store-denied')) throw error;
    return false;
  }
}

function warningsOf({ before = [], manifest, at }: Publishing, { id, canRead: readable }: Claim): SnapshotWarning[] {
  const warnings: SnapshotWarning[] = [];
  if (!readable) {
    const message = "The key may not read: the snapshot was not read back, and the server's checksums stand for it.";
    warnings.push({ code: 'not-read-back', message });
  }
  const later = before.filter((other) => other > id).sort();
  const newest = later.at(-1);
  // A copy is as old as what it is a copy of.
  if (newest !== undefined && at === undefined) {
    const message = `This machine's clock says ${manifest.createdAt}, and ${newest} is dated later: one of the clocks was wrong.`;
    warnings.push({ code: 'clock-set-back', message });
  }
  return warnings;
}

/** What others need comes first, one after the other; then what is the snapshot's own. */
async function storeObjects(
  { storage }: Publishing,
  objects: readonly EncodedObject[],
  { id, canRead: readable }: Claim,
  written: string[],
  signal: AbortSignal,
): Promise<void> {
  const store = async (object: EncodedObject): Promise<void> => {
    const { file, bytes, sha256 } = object;
    const key = storageKey(object, id);
    written.push(key);
    // What is there already is ours, from before an answer was lost.
    await storage.create(key, { file, bytes }, sha256, signal);
    if (readable) await checkObject(storage, key, { bytes, sha256 }, signal);
  };
  const shared = objects.filter(({ scope }) => scope === 'store');
  await storeShared(storage, shared, readable, signal);
  const limit = pLimit(parallelObjects);
  const own = objects.filter(({ scope }) => scope === 'snapshot');
  let failure: unknown;
  const storeOwn = async (object: EncodedObject): Promise<void> => {
    if (failure !== undefined) return;
    await store(object).catch((error: unknown) => (failure ??= error));
  };
  // All have ended before anything is tidied up: what another one wrote afterwards would stay, and be nobody's.
  await Promise.all(own.map((object) => limit(() => storeOwn(object))));
  if (failure !== undefined) throw failure;
}

/** After a long sleep of this machine others may have swept away what we stored. */
async function refuseAbandoned(storage: ObjectStorage, { id, at }: Claim, signal: AbortSignal): Promise<void> {
  const passed = (await storage.now(signal)).getTime() - at.getTime();
  if (passed < abandonedAfter / 2) return;
  throw new KongBackupError('store-unwritable', {
    place: id,
    reason: 'It took too long to store the snapshot, as when the machine sleeps meanwhile.',
    remedy: 'Take another snapshot.',
  });
}

async function writeManifest(
  storage: ObjectStorage,
  manifest: Manifest,
  { id, canRead: readable }: Claim,
  signal: AbortSignal,
): Promise<void> {
  const text = formatManifest(manifest);
  // What we could not read again must not be published.
  parseManifest(text, id);
  const result = await storage.create(manifestKey(id), Buffer.from(text), sha256Of(text), signal);
  if (!readable) return;
  const found = await readText(storage, manifestKey(id), signal).catch((error: unknown) => {
    // A store that swallowed the write.
    if (isKongBackupError(error, 'object-missing')) return undefined;
    throw error;
  });
  if (found?.text === text) return;
  throw new KongBackupError(result === 'exists' ? 'store-unwritable' : 'snapshot-damaged', {
    place: `${storage.location}: ${manifestKey(id)}`,
    reason:
      result === 'exists'
        ? 'Somebody else wrote there.'
        : 'The store does not give back the manifest that was written.',
    remedy: 'Try again; if it comes again, do not trust this store.',
  });
}

/** What the snapshot builds upon can have been collected by a prune that did not know of it yet. */
async function refuseLostPacks(
  { storage, encoding }: Publishing,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<void> {
  for (const { scope, key, bytes } of encoding.stored(manifest)) {
    if (scope === 'store' && !(await isThere(storage, key, bytes, signal))) {
      throw new KongBackupError('snapshot-damaged', {
        place: manifest.id,
        reason: `${key}, which the snapshot builds upon, was removed while it was taken.`,
        remedy: 'Take another snapshot.',
      });
    }
  }
}

async function isThere(storage: ObjectStorage, wanted: string, size: number, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const { key, bytes } of storage.list(wanted, signal)) if (key === wanted) return bytes === size;
    return false;
  } catch (error) {
    if (isKongBackupError(error, 'store-denied')) return true;
    throw error;
  }
}

/** Never throws. What cannot be removed now carries its owner's mark and is swept later. */
async function tidyUp(storage: ObjectStorage, id: string, written: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(tidyTime);
  try {
    // First, and nothing without it: its writing may have failed only for us.
    await storage.remove(manifestKey(id), signal);
    await removeObjects(storage, written, signal);
    await storage.remove(ownerKey(id), signal);
  } catch {
    // See above.
  }
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');
