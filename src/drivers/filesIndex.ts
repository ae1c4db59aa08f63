import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OperationContext } from '../core/context.js';
import { cancelled, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { PartSource } from '../core/partDriver.js';
import type { Counts } from '../core/snapshot.js';
import { filesIndexValidator } from './filesIndexSchema.js';
import type { EntryType, Owner } from './filesPlace.js';

/** What says where each file of the part came from. */
export const indexFile = 'files.json';
export const indexVersion = 1;

export interface IndexedFile extends Owner {
  /** Absolute, as it was on the machine that it was taken from. */
  path: string;
  type: Exclude<EntryType, 'other'>;
  /** Octal, such as "0640". */
  mode?: string;
  /** ISO 8601, UTC. */
  modified: string;
  /** Of a file: bytes, hex SHA-256, and where its content is, relative to the part's folder. */
  size?: number;
  sha256?: string;
  file?: string;
  /** Of a link: what it says. */
  target?: string;
  /** A folder above what was asked for. */
  parent?: true;
}

export interface IndexedSet {
  name: string;
  /** Where it was taken: `this machine`, or the command. For reading only: a restore goes where the environment says. */
  place: string;
  windows: boolean;
  entries: IndexedFile[];
}

export interface FilesIndex {
  version: number;
  sets: IndexedSet[];
}

export interface CheckedIndex {
  index: FilesIndex;
  /** What is wrong with index or files, each a sentence. */
  problems: string[];
}

/** Holds the index against the files beside it, and both against the record. @throws KongBackupError `cancelled`. */
export async function checkIndex({ directory, record }: PartSource, context: OperationContext): Promise<CheckedIndex> {
  throwIfCancelled(context.signal, directory);
  const read = await readIndex(directory);
  if (typeof read === 'string') return { index: { version: indexVersion, sets: [] }, problems: [read] };
  const problems = read.sets.flatMap(pathProblems);
  const entries = read.sets.flatMap(({ entries: all }) => all);
  const named = new Set([indexFile]);
  for (const { path: original, file, size, sha256 } of entries) {
    if (file === undefined) continue;
    throwIfCancelled(context.signal, original);
    if (named.has(file)) problems.push(`${indexFile} names ${file} twice.`);
    named.add(file);
    const found = await hashed(path.join(directory, ...file.split('/')), context);
    if (typeof found === 'string') problems.push(`${file}, which is ${original}: ${found}`);
    else if (found.bytes !== size || found.sha256 !== sha256) {
      problems.push(`${file}, which is ${original}, is not what was taken: it has ${found.bytes} bytes of ${size}.`);
    }
  }
  const root = `${path.basename(directory)}/`;
  const strange = record.files.map((each) => each.path.replace(root, '')).filter((each) => !named.has(each));
  problems.push(...strange.map((each) => `${each} is not named in ${indexFile}.`));
  const counts = countEntries(read);
  for (const kind of Object.keys({ ...counts, ...record.counts })) {
    if (counts[kind] !== record.counts[kind]) {
      problems.push(`${indexFile} names ${counts[kind] ?? 0} ${kind}; the manifest says ${record.counts[kind] ?? 0}.`);
    }
  }
  return { index: read, problems };
}

async function readIndex(directory: string): Promise<FilesIndex | string> {
  const raw = await readFile(path.join(directory, indexFile), 'utf8').catch(systemReason);
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return `${indexFile} can't be read: ${raw.length < 200 && !raw.startsWith('{') ? raw : 'it is not JSON.'}`;
  }
  const validate = filesIndexValidator();
  if (validate(value)) return value;
  const [first] = validate.errors ?? [];
  return `${indexFile} is not an index of files: ${first?.instancePath ?? ''} ${first?.message ?? ''}.`;
}

/** Only plain absolute paths lead somewhere: nothing that climbs. */
function pathProblems({ name, windows, entries }: IndexedSet): string[] {
  const { isAbsolute, normalize } = windows ? path.win32 : path.posix;
  const seen = new Set<string>();
  return entries.flatMap(({ path: original }) => {
    const isPlain = isAbsolute(original) && normalize(original) === original && !/[^/\\][/\\]$/.test(original);
    if (!isPlain) return [`${indexFile}: ${JSON.stringify(original)} of ${name} is no plain absolute path.`];
    if (seen.has(original)) return [`${indexFile} names ${original} of ${name} twice.`];
    seen.add(original);
    return [];
  });
}

async function hashed(file: string, { signal }: OperationContext) {
  try {
    const stats = await lstat(file);
    if (!stats.isFile()) return 'It is no file.';
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, { signal });
    return { bytes: stats.size, sha256: hash.digest('hex') };
  } catch (error) {
    if (signal.aborted) throw cancelled(file);
    return systemReason(error);
  }
}

export function countEntries({ sets }: FilesIndex): Counts {
  const wanted = sets.flatMap(({ entries }) => entries).filter(({ parent }) => !parent);
  const count = (type: EntryType): number => wanted.filter((each) => each.type === type).length;
  return { files: count('file'), folders: count('directory'), links: count('link') };
}

/** A name for a file of ours that every file system takes. */
export const safeName = (name: string): string =>
  name
    .replace(/[^\w.-]+/g, '_')
    .replace(/^\.+/, '')
    .replace(/\.+$/, '')
    .slice(0, 80);
