import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../../../../src/core/errors.js';
import type { Manifest } from '../../../../src/core/snapshot.js';
import type { EncodingOptions, Identity, ObjectReader } from '../../../../src/stores/encoding/encoding.js';
import { encodeSnapshot } from '../../../../src/stores/encoding/encodeSnapshot.js';
import type { ObjectStorage } from '../../../../src/stores/objectStorage.js';
import { openManifest } from '../../../../src/stores/encoding/sealedManifest.js';
import { createSnapshotReader } from '../../../../src/stores/encoding/snapshotReader.js';
import { storageKey } from '../../../../src/stores/encoding/storedObjects.js';
import { formatManifest, parseManifest } from '../../../../src/stores/manifestText.js';
import { manifestOf } from '../../../helpers/manifests.js';
import { temporaryFolder } from '../../../helpers/temporaryFolder.js';

export const never = new AbortController().signal;

/** The objects of a store, in memory. */
export class Objects implements Pick<ObjectStorage, 'read' | 'list'> {
  readonly all = new Map<string, Buffer>();
  /** Keys in the order they were read. */
  readonly reads: string[] = [];

  read(key: string): ReturnType<ObjectReader['read']> {
    this.reads.push(key);
    const content = this.all.get(key);
    if (!content) {
      const details = { place: key, reason: 'There is no such object.', remedy: '' };
      return Promise.reject(new KongBackupError('object-missing', details));
    }
    return Promise.resolve({ content: inPieces(content), etag: '' });
  }

  async *list(prefix: string): ReturnType<ObjectStorage['list']> {
    for (const [key, { length }] of this.all) {
      if (key.startsWith(prefix)) yield { key, bytes: length, modified: new Date(0), etag: '' };
    }
  }
}

/** Of odd lengths, as a network delivers them. */
async function* inPieces(content: Buffer): AsyncGenerator<Uint8Array> {
  const length = 70_001;
  for (let at = 0; at < content.length; at += length) yield Buffer.from(content.subarray(at, at + length));
}

export type Files = Record<string, Buffer>;

/** Writes files into a folder of their own, and what a manifest says of them. */
export async function stage(files: Files): Promise<{ directory: string; manifest: Omit<Manifest, 'id'> }> {
  const directory = path.join(await temporaryFolder(), 'staging');
  const artifacts = [];
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    const sha256 = createHash('sha256').update(content).digest('hex');
    artifacts.push({ path: name, bytes: content.length, sha256 });
  }
  return { directory, manifest: manifestOf('production', artifacts) };
}

/** Encodes files as snapshot `id` into the objects. @returns the manifest as a store would read it. */
export async function keep(
  objects: Objects,
  id: string,
  files: Files,
  options: EncodingOptions,
  more: Partial<Manifest> = {},
): Promise<Manifest> {
  const { directory, manifest } = await stage(files);
  const output = path.join(await temporaryFolder(), 'output');
  const source = { directory, output, manifest: { ...manifest, ...more } };
  const encoded = await encodeSnapshot(source, options, never);
  for (const object of encoded.objects) {
    const content = await readFile(object.file);
    if (content.length !== object.bytes) throw new Error(`${object.key} has other bytes than it says`);
    if (createHash('sha256').update(content).digest('hex') !== object.sha256)
      throw new Error(`${object.key}: other hash`);
    objects.all.set(storageKey(object, id), content);
  }
  return parseManifest(formatManifest({ ...encoded.manifest, id }), id);
}

/** All files of a snapshot, as they come out. */
export async function open(objects: Objects, stored: Manifest, identities: readonly Identity[] = []): Promise<Files> {
  const manifest = await openManifest(stored, identities);
  const reader = createSnapshotReader(objects, identities);
  const files: Files = {};
  for (const artifact of manifest.parts.flatMap((part) => part.files)) {
    const pieces: Uint8Array[] = [];
    for await (const piece of await reader.open(manifest, artifact, never)) pieces.push(piece);
    files[artifact.path] = Buffer.concat(pieces);
  }
  return files;
}

/** Bytes that compress as little as one asks for, the same for the same seed. */
export function textOf(seed: number, bytes: number): Buffer {
  const lines: string[] = [];
  let [state, length] = [seed >>> 0, 0];
  while (length < bytes) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const line = `  - id: ${state.toString(16)}-${(state ^ 0x5bd1e995).toString(36)}\n    name: service-${state % 1000}\n    port: 8080\n`;
    lines.push(line);
    length += line.length;
  }
  return Buffer.from(lines.join('')).subarray(0, bytes);
}
