import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import type { SnapshotRecord } from '../core/record.js';
import type { Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import type { StoreUpkeep } from '../core/upkeep.js';

/** A store by itself: ids of its snapshots are without its name. */
export interface CopyPlace {
  store: SnapshotStore;
  upkeep: StoreUpkeep;
  /** Whether what is new in it is encrypted. */
  encrypts: boolean;
}

export interface CopyRequest {
  /** Within the store that it is copied from; the copy has the same. */
  id: string;
  /** Whether what is encrypted may become a copy that isn't. */
  mayDecrypt: boolean;
}

/**
 * `there`: the target had an equal one already, and nothing was written. `there-open`: that one is not encrypted, though what is new in
 * the target is.
 */
export type CopyResult = 'copied' | 'there' | 'there-open';

/**
 * Copies a snapshot into another store, written as that store writes: compressed, in packs, to its keys. It is listed there once it
 * is whole, was read back and is equal; not at all when this throws.
 * @throws KongBackupError `key-*` where it is encrypted and can't be opened, `confirmation-missing` where the copy would not be
 *   encrypted, `store-unwritable` where the target has another one of the same id, `snapshot-*`, `store-*`, `cancelled`.
 */
export async function copySnapshot(
  from: Pick<CopyPlace, 'store'>,
  to: CopyPlace,
  { id, mayDecrypt }: CopyRequest,
  context: OperationContext,
): Promise<CopyResult> {
  throwIfCancelled(context.signal, id);
  context.report({ step: 'read', subject: id });
  const manifest = await from.store.manifest(id, context.signal);
  if (manifest.encryption && !to.encrypts && !mayDecrypt) throw wouldDecrypt(id, to.store);
  const before = await manifestIn(to.store, id, context.signal);
  if (before) {
    refuseOther(manifest, before, to.store);
    return to.encrypts && !before.encryption ? 'there-open' : 'there';
  }
  const staging = await to.store.stage(manifest.environment.name, context.signal);
  try {
    await extractAll(from.store, manifest, staging.directory, context);
    context.report({ step: 'publish', subject: id });
    const copy = await staging.publish(contentOf(manifest), id);
    refuseOther(manifest, copy, to.store);
  } catch (error) {
    await staging.discard();
    throw writeError(error, to.store.location);
  }
  await copyDecisions(from.store, to, id, context);
  return 'copied';
}

/**
 * Copies, opens every file of the copy and compares it with the original's checksum, and only then removes the original, while
 * nobody else deletes or restores from it.
 * @throws KongBackupError as `copySnapshot`, and `store-locked`; the original is there then.
 */
export async function moveSnapshot(
  from: CopyPlace,
  to: CopyPlace,
  request: CopyRequest,
  context: OperationContext,
): Promise<CopyResult> {
  const { id } = request;
  const original = await from.store.manifest(id, context.signal);
  const result = await copySnapshot(from, to, request, context);
  const lock = await from.upkeep.lock({ purpose: 'move' }, context);
  try {
    await proveCopy(to.store, original, context);
    await lock.assertHeld();
    throwIfCancelled(context.signal, id);
    context.report({ step: 'delete', subject: id });
    await from.store.remove(id, context.signal);
  } finally {
    await lock.release();
  }
  return result;
}

/** Reads the copy as a restore would: what it is encrypted to must be at hand, else nobody knows. */
async function proveCopy(store: SnapshotStore, original: Manifest, context: OperationContext): Promise<void> {
  const { id } = original;
  context.report({ step: 'verify', subject: id });
  await store.check(id, context.signal);
  refuseOther(original, await store.manifest(id, context.signal), store);
  const staging = await store.stage(original.environment.name, context.signal);
  try {
    await extractAll(store, original, staging.directory, context);
  } finally {
    await staging.discard();
  }
}

async function extractAll(
  store: SnapshotStore,
  { id, parts }: Manifest,
  directory: string,
  { signal, report }: OperationContext,
): Promise<void> {
  const files = parts.flatMap((part) => part.files);
  for (const [done, { path: file }] of files.entries()) {
    throwIfCancelled(signal, id);
    report({ step: 'read', subject: file, done, total: files.length });
    const place = path.join(directory, ...file.split('/'));
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 }).catch((error: unknown) => {
      throw writeError(error, place);
    });
    await store.extract(id, file, place, signal);
  }
}

/** What a person decided about the original holds for the copy; that somebody verified the original doesn't. */
async function copyDecisions(
  from: SnapshotStore,
  { store, upkeep }: CopyPlace,
  id: string,
  { signal, log }: OperationContext,
): Promise<void> {
  try {
    const { state = {} } = (await from.list(undefined, signal)).find((entry) => entry.id === id) ?? {};
    const at = (await upkeep.now(signal)).toISOString();
    const keep = (record: SnapshotRecord) => store.record(id, record, signal);
    if (state.pinned !== undefined) await keep({ kind: 'pinned', pinned: state.pinned, at, by: upkeep.owner });
    if (state.described) await keep({ kind: 'described', ...state.described, at, by: upkeep.owner });
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    log.warn(`${id}: whether it is pinned could not be copied. ${error.reason}`);
  }
}

/** Undefined where the store has none of that id. Who may only write finds out when they publish. */
async function manifestIn(store: SnapshotStore, id: string, signal: AbortSignal): Promise<Manifest | undefined> {
  try {
    return await store.manifest(id, signal);
  } catch (error) {
    if (isKongBackupError(error, 'snapshot-missing') || isKongBackupError(error, 'store-denied')) return undefined;
    throw error;
  }
}

/** What was taken, without how a store keeps it. */
function contentOf({ id: _id, packs: _packs, encryption: _encryption, ...rest }: Manifest): Omit<Manifest, 'id'> {
  return {
    ...rest,
    parts: rest.parts.map((part) => ({ ...part, files: part.files.map(({ stored: _stored, ...file }) => file) })),
  };
}

function refuseOther(original: Manifest, other: Manifest, { location }: SnapshotStore): void {
  if (isDeepStrictEqual(comparable(original), comparable(other))) return;
  throw new KongBackupError('store-unwritable', {
    place: `${location}: ${original.id}`,
    reason: 'There is another snapshot of that id: it does not hold the same.',
    remedy: 'Look at both; delete the one that you do not want.',
  });
}

/** A store adds a warning where it could not read back. */
const comparable = (manifest: Manifest): unknown => ({
  ...(JSON.parse(JSON.stringify(contentOf(manifest))) as object),
  warnings: manifest.warnings.filter(({ code }) => code !== 'not-read-back'),
});

const wouldDecrypt = (place: string, { location }: SnapshotStore): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place,
    reason: `It is encrypted, and ${location} keeps what it gets as it is: the copy would not be encrypted.`,
    remedy: 'Give that store an "encryption" section, or allow the copy to be open (--decrypt).',
  });
