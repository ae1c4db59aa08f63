import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { throwIfCancelled } from '../../core/errors.js';
import type { ArtifactFile } from '../../core/snapshot.js';
import { type ChunkSize, chunkEnd, chunkSizeFor } from './chunker.js';
import type { ChunkIds } from './chunkIds.js';
import { refuseOther } from './damage.js';

export interface Chunk {
  id: string;
  length: number;
}

const windowBytes = 4 * 1024 * 1024;

/**
 * Cuts a file into chunks, and compares it with its size and SHA-256 on the way.
 * @param file absolute path. @throws KongBackupError `snapshot-damaged`, `cancelled`; a system error when it can't be read.
 */
export async function scanChunks(
  file: string,
  artifact: ArtifactFile,
  idOf: ChunkIds,
  signal: AbortSignal,
): Promise<Chunk[]> {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    const chunks: Chunk[] = [];
    const size = chunkSizeFor(artifact.bytes);
    const window = Buffer.allocUnsafe(Math.min(windowBytes, artifact.bytes) + 1);
    let [filled, total] = [0, 0];
    for (;;) {
      throwIfCancelled(signal, artifact.path);
      const read = await fill(handle, window, filled, total);
      hash.update(window.subarray(filled, filled + read));
      filled += read;
      total += read;
      if (total > artifact.bytes) break;
      const cut = cutWindow(window.subarray(0, filled), filled < window.length, size, idOf, chunks);
      if (filled < window.length) break;
      window.copyWithin(0, cut, filled);
      filled -= cut;
    }
    refuseOther(artifact.path, { bytes: total, sha256: hash.digest('hex') }, artifact);
    return chunks;
  } finally {
    await handle.close();
  }
}

/** The chunks of bytes that are all there. */
export function cutChunks(bytes: Uint8Array, size: ChunkSize, idOf: ChunkIds): Chunk[] {
  const chunks: Chunk[] = [];
  cutWindow(bytes, true, size, idOf, chunks);
  return chunks;
}

/** @returns how far it got: before the end of the file a chunk may go on after what is there. */
function cutWindow(bytes: Uint8Array, atEnd: boolean, size: ChunkSize, idOf: ChunkIds, chunks: Chunk[]): number {
  let start = 0;
  while (start < bytes.length && (atEnd || bytes.length - start >= size.most)) {
    const end = chunkEnd(bytes, start, bytes.length, size);
    chunks.push({ id: idOf(bytes.subarray(start, end)), length: end - start });
    start = end;
  }
  return start;
}

/** Reads until the buffer is full or the file ends. @returns how much. */
async function fill(handle: FileHandle, buffer: Buffer, from: number, position: number): Promise<number> {
  let read = 0;
  while (from + read < buffer.length) {
    const { bytesRead } = await handle.read(buffer, from + read, buffer.length - from - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return read;
}
