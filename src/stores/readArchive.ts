import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import type { OperationContext } from '../core/context.js';
import { cancelled, isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, systemReason, writeError } from '../core/fileErrors.js';
import { manifestFile, type Manifest } from '../core/snapshot.js';
import { isInnerPath, parseSnapshotId } from '../core/snapshotId.js';
import { archivedFile, archivedKey } from './archiveNames.js';
import { measured } from './encoding/measured.js';
import { storageKey, storedObjects } from './encoding/storedObjects.js';
import { parseManifest } from './manifestText.js';
import { isTimed, manifestKey } from './snapshotKeys.js';
import { privateFile, privateFolder } from './syncedWrite.js';

/** A manifest of a hundred thousand files is smaller. */
const mostManifestBytes = 64 * 1024 * 1024;
/** A key that a passphrase opens is some hundred bytes. */
const mostKeyBytes = 64 * 1024;

/** An archive as a folder with one snapshot in it, laid out as a store. */
export interface UnpackedArchive {
  /** Absolute path. */
  folder: string;
  id: string;
  /** Removes the folder. Never throws. */
  discard(): Promise<void>;
}

/** What an entry may be: nothing is written that the manifest at the beginning does not name. */
interface Expected {
  /** Where it belongs in a store. */
  key: string;
  bytes: number;
  /** Absent of keys: their size is the most that there may be. */
  sha256?: string;
}

/**
 * Unpacks an archive into a private folder, which is gone again when this throws. Names in the archive lead nowhere: an entry is
 * taken for what the manifest calls it, and anything else refused.
 * @param file absolute path.
 * @throws KongBackupError `archive-invalid`, `file-unreadable`, `store-full`, `cancelled`.
 */
export async function readArchive(file: string, context: OperationContext): Promise<UnpackedArchive> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-import-'));
  const discard = () => rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  try {
    return { folder, id: await unpack(file, folder, context), discard };
  } catch (error) {
    await discard();
    throw toArchiveError(error, file, folder, context.signal);
  }
}

async function unpack(file: string, folder: string, context: OperationContext): Promise<string> {
  const archive = extract();
  const read = pipeline(createReadStream(file), archive, { signal: context.signal });
  // It is awaited below, once the entries are through.
  read.catch(() => undefined);
  let manifest: Manifest | undefined;
  const wanted = new Map<string, Expected>();
  for await (const source of archive) {
    const entry = source as typeof source & AsyncIterable<Uint8Array>;
    throwIfCancelled(context.signal, file);
    const { header } = entry;
    if (header.type !== 'file') throw invalid(file, `${shown(header)} is not a file.`);
    if (!manifest) {
      manifest = await takeManifest(file, header, entry, folder);
      for (const [name, expected] of contentOf(manifest)) wanted.set(name, expected);
      continue;
    }
    const expected = wanted.get(header.name);
    if (!expected) throw invalid(file, `${shown(header)} is there twice, or the manifest does not name it.`);
    wanted.delete(header.name);
    context.report({ step: 'read', subject: header.name });
    await take(file, header, entry, expected, folder, context.signal);
  }
  await read;
  if (!manifest) throw invalid(file, 'It is empty.');
  const missing = [...wanted.values()].find(({ sha256 }) => sha256 !== undefined);
  if (missing) throw invalid(file, `It ends without ${JSON.stringify(missing.key)}.`);
  return manifest.id;
}

async function takeManifest(
  file: string,
  { name, size = 0 }: Header,
  content: AsyncIterable<Uint8Array>,
  folder: string,
): Promise<Manifest> {
  if (name !== manifestFile) throw invalid(file, `It begins with ${JSON.stringify(name)} instead of ${manifestFile}.`);
  if (size > mostManifestBytes) throw invalid(file, 'Its manifest is larger than any.');
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  const text = Buffer.concat(pieces).toString('utf8');
  const id = idIn(text);
  if (id === undefined) throw invalid(file, 'Its manifest is none, or names no snapshot.');
  const manifest = parseManifest(text, id);
  const place = path.join(folder, ...manifestKey(id).split('/'));
  await mkdir(path.dirname(place), { recursive: true, mode: privateFolder });
  await writeFile(place, text, { flag: 'wx', mode: privateFile });
  return manifest;
}

function idIn(text: string): string | undefined {
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    return typeof id === 'string' && parseSnapshotId(id) && isTimed(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(manifest: Manifest): [string, Expected][] {
  const objects = storedObjects(manifest).map((object): [string, Expected] => {
    const { scope, key, bytes, sha256 } = object;
    return [scope === 'store' ? key : archivedFile(key), { key: storageKey(object, manifest.id), bytes, sha256 }];
  });
  const keys = (manifest.encryption?.keys ?? []).map((fingerprint): [string, Expected] => {
    const key = archivedKey(fingerprint);
    return [key, { key, bytes: mostKeyBytes }];
  });
  return [...objects, ...keys];
}

async function take(
  file: string,
  header: Header,
  content: AsyncIterable<Uint8Array>,
  { key, bytes, sha256 }: Expected,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const size = header.size ?? 0;
  if (sha256 === undefined ? size > bytes : size !== bytes) {
    throw invalid(file, `${shown(header)} has ${size} bytes; the manifest says ${bytes}.`);
  }
  if (!isInnerPath(key)) throw invalid(file, `${shown(header)} is no name for a file of a snapshot.`);
  const place = path.join(folder, ...key.split('/'));
  await mkdir(path.dirname(place), { recursive: true, mode: privateFolder });
  const object = measured(content);
  await pipeline(object.content, createWriteStream(place, { flags: 'wx', mode: privateFile }), { signal });
  if (sha256 === undefined || object.found().sha256 === sha256) return;
  throw invalid(file, `${shown(header)} is not what the manifest says: its SHA-256 is another.`);
}

const shown = ({ name }: Header): string => JSON.stringify(name.slice(0, 200));

function toArchiveError(error: unknown, file: string, folder: string, signal: AbortSignal): unknown {
  if (signal.aborted) return cancelled(file);
  if (isKongBackupError(error)) return error.code.startsWith('snapshot-') ? invalid(file, error.reason, error) : error;
  const { path: place = '' } = error as NodeJS.ErrnoException;
  if (systemCode(error) === undefined) {
    const reason = error instanceof Error ? error.message.replace(/[.]?$/, '.') : 'It is no tar archive.';
    return invalid(file, `It can't be read to its end: ${reason}`, error);
  }
  if (place.startsWith(folder) || ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) {
    return writeError(error, folder);
  }
  return new KongBackupError('file-unreadable', {
    place: file,
    reason: systemReason(error),
    remedy: 'Name a file that you can read.',
    cause: error,
  });
}

const invalid = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('archive-invalid', {
    place,
    reason,
    remedy: 'Nothing was imported. Export the snapshot again; a file that was sent may be cut off.',
    cause,
  });
