import { open, readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DumpFormat } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import { isObject } from '../core/json.js';
import { type ImportKind, manifestFile } from '../core/snapshot.js';
import { isKongaSnapshot } from '../estate/kongaSnapshot.js';
import { readYaml } from '../estate/yamlRead.js';
import { readDocument } from '../language/document.js';
import { decodeFile } from '../language/fileBytes.js';
import { kindOf } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';

/** What a file or folder turned out to be. `archive`: a snapshot that this product exported. */
export type Recognised =
  | { kind: 'archive' }
  | { kind: 'pg_dump'; dumpFormat: DumpFormat }
  | { kind: Exclude<ImportKind, 'pg_dump' | 'deck'>; text: string }
  /** Undefined text: a folder. */
  | { kind: 'deck'; text?: string };

/** Enough to know every kind of file that is not text. */
const headBytes = 4096;

/**
 * Tells by its content what a file or folder is. A name means nothing but this: what is called `.tar` and holds nothing that is
 * known is an archive that was damaged on its way.
 * @param place absolute path.
 * @throws KongBackupError `file-unreadable`, `file-invalid` for what is none of those that can be imported.
 */
export async function recogniseImport(place: string, facts: SchemaFacts): Promise<Recognised> {
  const found = await stat(place).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  if (found.isDirectory()) return recogniseFolder(place);
  if (!found.isFile()) throw notImported(place, 'It is neither a file nor a folder.');
  const known = found.size === 0 ? undefined : await recogniseBytes(place);
  if (known) return known;
  try {
    return await recogniseText(place, facts);
  } catch (error) {
    if (path.extname(place).toLowerCase() !== '.tar' || !isKongBackupError(error, 'file-invalid')) throw error;
    return { kind: 'archive' };
  }
}

async function recogniseFolder(place: string): Promise<Recognised> {
  const names = await readdir(place).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  if (names.includes('toc.dat')) return { kind: 'pg_dump', dumpFormat: 'directory' };
  if (names.includes(manifestFile)) {
    throw notImported(
      place,
      'The folder is a snapshot already.',
      'Put it into a folder of snapshots, or write an archive of it with kong-backup export.',
    );
  }
  if (names.some((name) => /\.bson(\.gz)?$/.test(name))) {
    throw notImported(place, 'The folder is a dump of MongoDB, which can not be imported.');
  }
  if (names.length === 0) throw notImported(place, 'The folder is empty.');
  return { kind: 'deck' };
}

/** What is recognised without reading it as text. */
async function recogniseBytes(place: string): Promise<Recognised | undefined> {
  const head = await headOf(place);
  const starts = (text: string): boolean => head.subarray(0, text.length).toString('latin1') === text;
  if (starts('PGDMP')) return { kind: 'pg_dump', dumpFormat: 'custom' };
  if (head.toString('latin1', 257, 262) === 'ustar') {
    const first = head.toString('latin1', 0, 100).replace(/\0[\s\S]*$/, '');
    return first === 'toc.dat' ? { kind: 'pg_dump', dumpFormat: 'tar' } : { kind: 'archive' };
  }
  // pg_dump writes the old form of tar, without that word.
  if (starts('toc.dat\0')) return { kind: 'pg_dump', dumpFormat: 'tar' };
  // One that was cut off before that word, or has nothing in it.
  if (starts(`${manifestFile}\0`) || head.every((byte) => byte === 0)) return { kind: 'archive' };
  if (head[0] === 0x1f && head[1] === 0x8b) throw notImported(place, 'The file is compressed by gzip.', unpackFirst);
  if (starts('PK\u0003\u0004')) throw notImported(place, 'The file is a ZIP archive.', unpackFirst);
  if (encrypted.some(starts)) throw notImported(place, 'The file is encrypted.', 'Decrypt it first.');
  const text = head.toString('latin1');
  if (/^-- PostgreSQL database cluster dump$/m.test(text)) {
    throw notImported(
      place,
      'It is a dump of a whole server, by pg_dumpall.',
      'Dump the database of Kong with pg_dump.',
    );
  }
  if (/^-- PostgreSQL database dump$/m.test(text)) return { kind: 'pg_dump', dumpFormat: 'plain' };
  return undefined;
}

const unpackFirst = 'Unpack it first.';
const encrypted = [
  'age-encryption.org/',
  '-----BEGIN AGE ENCRYPTED',
  '-----BEGIN PGP MESSAGE',
  'Salted__',
  '$ANSIBLE_VAULT',
];

async function headOf(place: string): Promise<Buffer> {
  try {
    const handle = await open(place);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unreadable(place, error);
  }
}

async function recogniseText(place: string, facts: SchemaFacts): Promise<Recognised> {
  const name = path.basename(place);
  const text = await readTextFile(place);
  if (text.trim() === '') throw notImported(place, 'The file is empty.');
  const value = readYaml(text, name);
  if (!isObject(value)) throw notImported(place, 'It is no mapping of anything.');
  if (isKongaSnapshot(value)) return { kind: 'konga', text };
  if (value['_format_version'] === undefined) {
    throw notImported(place, 'It has no `_format_version`, and it is no snapshot of Konga.');
  }
  const isJson = text.trimStart().startsWith('{');
  if (kindOf(readDocument(text, isJson), 'auto', facts).kind === 'deck') return { kind: 'deck', text };
  return { kind: value['_transform'] === false ? 'db_export' : 'dbless', text };
}

/** @throws KongBackupError `file-unreadable`, `file-invalid` for what is no text. */
export async function readTextFile(place: string): Promise<string> {
  const bytes = await readFile(place).catch((error: unknown) => {
    throw unreadable(place, error);
  });
  const { text, problem } = decodeFile(bytes);
  if (problem) throw notImported(place, problem.message);
  return text;
}

export const unreadable = (place: string, error: unknown): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: systemReason(error),
    remedy: 'Name a file or folder that can be read.',
    cause: error,
  });

export const notImported = (place: string, reason: string, remedy = whatThereIs): KongBackupError =>
  new KongBackupError('file-invalid', { place, reason, remedy });

const whatThereIs =
  'Name a file or folder of decK, a file of a DB-less gateway, an export of kong config db_export, a dump by pg_dump, a snapshot of Konga, or an archive by kong-backup export.';
