import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartSource } from '../core/partDriver.js';
import type { PartKind } from '../core/part.js';
import type { Manifest, PartRecord } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { partFolder } from './takeParts.js';

/**
 * Lends the files of a part as plain files, each compared with its checksum: those of the store where they lie there as they
 * were, else private copies that are gone when the work is done.
 * @throws KongBackupError `snapshot-without-part`, `snapshot-damaged`, `key-*`, `store-*`, `cancelled`.
 */
export async function withPartSource<T>(
  store: SnapshotStore,
  manifest: Manifest,
  part: PartKind,
  work: (source: PartSource) => Promise<T>,
  context: OperationContext,
): Promise<T> {
  const record = manifest.parts.find(({ kind }) => kind === part);
  if (!record) throw withoutPart(manifest, part);
  context.report({ step: 'checksum', subject: part });
  const inPlace = folderInStore(store, manifest, record);
  if (inPlace !== undefined) {
    await store.check(manifest.id, context.signal);
    return work({ manifest, record, directory: inPlace });
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-'));
  try {
    await copyFiles(store, manifest, record, folder, context);
    return await work({ manifest, record, directory: path.join(folder, partFolder(part)) });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The folder of the part in the store, when every file of it lies there as it was. */
function folderInStore(store: SnapshotStore, { id }: Manifest, { kind, files }: PartRecord): string | undefined {
  if (files.some((file) => store.pathOf(id, file.path) === undefined)) return undefined;
  const folder = store.pathOf(id);
  return folder === undefined ? undefined : path.join(folder, partFolder(kind));
}

async function copyFiles(
  store: SnapshotStore,
  { id }: Manifest,
  { files }: PartRecord,
  folder: string,
  context: OperationContext,
): Promise<void> {
  for (const [done, file] of files.entries()) {
    throwIfCancelled(context.signal, id);
    context.report({ step: 'read', subject: file.path, done, total: files.length });
    const place = path.join(folder, ...file.path.split('/'));
    await mkdir(path.dirname(place), { recursive: true, mode: 0o700 });
    await store.extract(id, file.path, place, context.signal);
  }
}

const withoutPart = ({ id, parts }: Manifest, part: PartKind): KongBackupError =>
  new KongBackupError('snapshot-without-part', {
    place: id,
    reason: `The snapshot holds no ${part}; it holds ${[...new Set(parts.map(({ kind }) => kind))].join(', ')}.`,
    remedy: 'Choose another snapshot.',
  });
