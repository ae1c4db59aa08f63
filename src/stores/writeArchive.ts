import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack, type Pack } from 'tar-stream';
import type { OperationContext } from '../core/context.js';
import { cancelled, isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { nameAnotherFile, systemReason, writeError } from '../core/fileErrors.js';
import { manifestFile, type Manifest } from '../core/snapshot.js';
import { archivedFile, archivedKey } from './archiveNames.js';
import { joined, readChecked, readText } from './checkedObject.js';
import { storageKey } from './encoding/storedObjects.js';
import { formatManifest, parseManifest } from './manifestText.js';
import type { Repository } from './repository.js';
import { manifestKey } from './snapshotKeys.js';
import { privateFile, syncFolder } from './syncedWrite.js';

/** One entry of an archive. */
interface Entry {
  name: string;
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/**
 * Writes a snapshot as one tar file that needs no store: `manifest.json` first, then what it names. An encrypted snapshot stays
 * sealed, and no key is needed: its objects and packs go in as they are stored. Any other goes in as plain files.
 * @param file absolute path of a file that isn't there; nor is it after a failure.
 * @throws KongBackupError `snapshot-*`, `store-*`, `cancelled`; `store-unwritable` also where there is such a file.
 */
export async function writeArchive(
  repository: Repository,
  id: string,
  file: string,
  context: OperationContext,
): Promise<{ bytes: number }> {
  await refuseExisting(file);
  const { text } = await readManifest(repository, id, context.signal);
  const stored = parseManifest(text, id);
  const entries = stored.encryption
    ? sealedEntries(repository, stored, text, context.signal)
    : plainEntries(repository, stored, context.signal);
  const temporary = path.join(path.dirname(file), `.kong-backup-${randomUUID()}.tar`);
  const archive = pack();
  try {
    const written = pipeline(archive, createWriteStream(temporary, { flags: 'wx', mode: privateFile }), {
      signal: context.signal,
    });
    // Whichever of the two fails first says why.
    await Promise.all([written, fill(archive, entries, stored, context)]);
    const bytes = await syncedSize(temporary);
    await refuseExisting(file);
    await rename(temporary, file);
    await syncFolder(path.dirname(file));
    return { bytes };
  } catch (error) {
    archive.destroy();
    await rm(temporary, { force: true }).catch(() => undefined);
    if (isKongBackupError(error)) throw error;
    if (context.signal.aborted) throw cancelled(id);
    throw writeError(error, file, nameAnotherFile);
  }
}

async function fill(
  archive: Pack,
  entries: AsyncIterable<Entry>,
  { id, createdAt }: Manifest,
  { signal, report }: OperationContext,
): Promise<void> {
  const mtime = new Date(createdAt);
  try {
    for await (const { name, bytes, content } of entries) {
      throwIfCancelled(signal, id);
      report({ step: 'write', subject: name });
      const entry = archive.entry({ name, size: bytes, mode: privateFile, mtime, type: 'file' });
      await pipeline(Readable.from(content, { objectMode: false }), entry, { signal });
    }
    archive.finalize();
  } catch (error) {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

async function* plainEntries({ encoding }: Repository, manifest: Manifest, signal: AbortSignal): AsyncGenerator<Entry> {
  const parts = manifest.parts.map((part) => ({ ...part, files: part.files.map(({ stored: _, ...file }) => file) }));
  const { packs: _packs, ...rest } = manifest;
  yield textEntry(manifestFile, formatManifest({ ...rest, parts }));
  for (const artifact of manifest.parts.flatMap(({ files }) => files)) {
    const content = await encoding.openFile(manifest, artifact, signal);
    yield { name: archivedFile(artifact.path), bytes: artifact.bytes, content };
  }
}

/** Also the keys that a passphrase opens, for without them the passphrase opens nothing. */
async function* sealedEntries(
  { storage, encoding }: Repository,
  manifest: Manifest,
  text: string,
  signal: AbortSignal,
): AsyncGenerator<Entry> {
  yield textEntry(manifestFile, text);
  for (const fingerprint of manifest.encryption?.keys ?? []) {
    const key = archivedKey(fingerprint);
    const content = await readText(storage, key, signal).catch((error: unknown) => {
      if (isKongBackupError(error, 'object-missing')) return undefined;
      throw error;
    });
    if (content) yield bytesEntry(key, await joined((await storage.read(key, signal)).content));
  }
  for (const object of encoding.stored(manifest)) {
    const name = object.scope === 'store' ? object.key : archivedFile(object.key);
    yield { name, bytes: object.bytes, content: readChecked(storage, storageKey(object, manifest.id), object, signal) };
  }
}

const textEntry = (name: string, text: string): Entry => bytesEntry(name, Buffer.from(text));

function bytesEntry(name: string, content: Uint8Array): Entry {
  return { name, bytes: content.length, content: Readable.from([content]) };
}

async function readManifest({ storage, manifest }: Repository, id: string, signal: AbortSignal) {
  try {
    return await readText(storage, manifestKey(id), signal);
  } catch (error) {
    if (!isKongBackupError(error, 'object-missing')) throw error;
    // Says why there is none.
    await manifest(id, signal);
    throw error;
  }
}

async function syncedSize(file: string): Promise<number> {
  const handle = await open(file, 'r+');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function refuseExisting(file: string): Promise<void> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new KongBackupError('store-unwritable', {
      place: file,
      reason: systemReason(error),
      remedy: 'Name another place for the archive.',
      cause: error,
    });
  });
  if (!found) return;
  throw new KongBackupError('store-unwritable', {
    place: file,
    reason: 'There is such a file already.',
    remedy: 'Name another one, or remove it first.',
  });
}
