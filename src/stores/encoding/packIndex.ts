import { createHash } from 'node:crypto';
import type { Chunk } from './chunkScan.js';
import { idBytes } from './chunkIds.js';

/**
 * What chunks a pack holds, in their order: a head, for each its id and length (32 bits, little-endian), and the SHA-256 of the
 * pack's own SHA-256 and all of that. A wrong index would make wrong snapshots, so a damaged one is none.
 */
const head = Buffer.from('kong-backup pack index 1\n');
const recordBytes = idBytes + 4;
const hashBytes = 32;

/** @param pack hex SHA-256 that the pack's name begins with. */
export function formatIndex(pack: string, chunks: readonly Chunk[]): Buffer {
  const index = Buffer.alloc(head.length + chunks.length * recordBytes + hashBytes);
  let at = head.copy(index);
  for (const { id, length } of chunks) {
    index.write(id, at, 'latin1');
    at = index.writeUInt32LE(length, at + idBytes);
  }
  sum(pack, index.subarray(0, at)).copy(index, at);
  return index;
}

/** Undefined when it is damaged, of another version or of another pack. */
export function parseIndex(pack: string, index: Buffer): Chunk[] | undefined {
  const end = index.length - hashBytes;
  if (end < head.length || (end - head.length) % recordBytes !== 0) return undefined;
  if (!index.subarray(0, head.length).equals(head)) return undefined;
  if (!sum(pack, index.subarray(0, end)).equals(index.subarray(end))) return undefined;
  const chunks: Chunk[] = [];
  for (let at = head.length; at < end; at += recordBytes) {
    chunks.push({ id: index.toString('latin1', at, at + idBytes), length: index.readUInt32LE(at + idBytes) });
  }
  return chunks;
}

const sum = (pack: string, content: Buffer): Buffer => createHash('sha256').update(pack).update(content).digest();
