import { createHash, createHmac } from 'node:crypto';

/** Twenty bytes that name a chunk's content, as a string with a character a byte. */
export type ChunkIds = (chunk: Uint8Array) => string;

export const idBytes = 20;

/**
 * In an encrypted store ids are keyed by its recipients, so that a cache alone doesn't tell whether a guess of a content is right;
 * and what is encrypted to others is never taken for known.
 */
export function chunkIds(recipients: readonly string[] | undefined): ChunkIds {
  if (!recipients) return (chunk) => shorten(createHash('sha256').update(chunk).digest());
  const key = createHash('sha256')
    .update(`pieces\n${[...new Set(recipients)].sort().join('\n')}`)
    .digest();
  return (chunk) => shorten(createHmac('sha256', key).update(chunk).digest());
}

const shorten = (hash: Buffer): string => hash.toString('latin1', 0, idBytes);
