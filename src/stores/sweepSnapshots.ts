import pLimit from 'p-limit';
import { isKongBackupError } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { readText } from './checkedObject.js';
import { abandonedAfter } from './leftovers.js';
import type { ObjectStorage, StoredObject } from './objectStorage.js';
import { ownerIsGone, ownTag } from './owner.js';
import { isTimed, manifestKey, ownerKey, placeOfKey } from './snapshotKeys.js';

const parallelRemovals = 16;

/** What stands in the owner's file of a snapshot that is being made or deleted. */
export const ownerText = (): string => `${JSON.stringify({ owner: ownTag() })}\n`;

/**
 * Removes what stopped backups and deletions left of snapshots under a prefix, as far as the key may: at once where the owner is
 * known to be gone, else when nobody touched it for a day by the storage's clock. What has no owner's file is never touched.
 * @returns the ids of the whole snapshots; undefined where the key may not list.
 * @throws KongBackupError `store-unreachable`, `cancelled`.
 */
export async function sweepSnapshots(
  storage: ObjectStorage,
  prefix: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  try {
    const groups = await listGroups(storage, prefix, signal);
    for (const [id, objects] of groups) await sweepOne(storage, id, objects, signal);
    return [...groups].filter(([id, objects]) => isWhole(id, objects)).map(([id]) => id);
  } catch (error) {
    if (isKongBackupError(error, 'store-denied') || isKongBackupError(error, 'store-unwritable')) return undefined;
    throw error;
  }
}

async function listGroups(
  storage: ObjectStorage,
  prefix: string,
  signal: AbortSignal,
): Promise<Map<string, StoredObject[]>> {
  const groups = new Map<string, StoredObject[]>();
  for await (const object of storage.list(prefix, signal)) {
    const id = placeOfKey(object.key)?.id;
    if (id === undefined || !isTimed(id)) continue;
    const objects = groups.get(id);
    if (objects) objects.push(object);
    else groups.set(id, [object]);
  }
  return groups;
}

const isWhole = (id: string, objects: readonly StoredObject[]): boolean =>
  objects.some(({ key }) => key === manifestKey(id));

async function sweepOne(
  storage: ObjectStorage,
  id: string,
  objects: readonly StoredObject[],
  signal: AbortSignal,
): Promise<void> {
  const owner = objects.find(({ key }) => key === ownerKey(id));
  if (!owner || !(await isAbandoned(storage, owner, signal))) return;
  const rest = isWhole(id, objects) ? [] : objects.filter((object) => object !== owner);
  await removeObjects(
    storage,
    rest.map(({ key }) => key),
    signal,
  );
  await storage.remove(owner.key, signal);
}

/** Whether who makes or deletes a snapshot is gone. */
export async function isAbandoned(storage: ObjectStorage, owner: StoredObject, signal: AbortSignal): Promise<boolean> {
  try {
    const { text } = await readText(storage, owner.key, signal);
    const value: unknown = JSON.parse(text);
    if (isObject(value) && typeof value.owner === 'string' && ownerIsGone(value.owner)) return true;
  } catch (error) {
    if (isKongBackupError(error, 'object-missing')) return false;
    if (isKongBackupError(error) && error.code !== 'store-denied') throw error;
  }
  return (await storage.now(signal)).getTime() - owner.modified.getTime() > abandonedAfter;
}

export async function removeObjects(
  storage: ObjectStorage,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const limit = pLimit(parallelRemovals);
  await Promise.all(keys.map((key) => limit(() => storage.remove(key, signal))));
}
