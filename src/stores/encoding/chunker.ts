/** How long the chunks are that a file is cut into. Equal lengths cut equal content alike. */
export interface ChunkSize {
  least: number;
  /** So many of the upper bits of the rolling hash must be zero for a cut: on average every 2^bits bytes after the least. */
  bits: number;
  most: number;
}

/**
 * Three to eight kilobytes: ten changed entities of a file cost ten chunks. Fewer bits than the length asks for, because most of a
 * dump is the same lines again and again: only what differs, the ids, rolls the dice.
 */
export const fineChunks: ChunkSize = { least: 2 * 1024, bits: 11, most: 64 * 1024 };

/** About a hundred kilobytes, for files whose chunks would be too many to keep in mind. */
export const coarseChunks: ChunkSize = { least: 32 * 1024, bits: 14, most: 512 * 1024 };

const coarseFrom = 256 * 1024 * 1024;

/** @param bytes of the file. */
export const chunkSizeFor = (bytes: number): ChunkSize => (bytes < coarseFrom ? fineChunks : coarseChunks);

/**
 * Where the next chunk ends: a place that depends on the 32 bytes before it alone (a gear hash), so that after a change the cuts
 * fall where they fell before.
 * @param start of the chunk. @param end of what is there; the file's end, or at least `most` bytes further.
 */
export function chunkEnd(bytes: Uint8Array, start: number, end: number, { least, bits, most }: ChunkSize): number {
  const last = Math.min(end, start + most);
  const shift = 32 - bits;
  let hash = 0;
  // What is further back than 32 bytes has been shifted out.
  let at = Math.min(last, start + least - 32);
  for (const warm = Math.min(last, start + least); at < warm; at++) hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
  for (; at < last; at++) {
    hash = ((hash << 1) + gear[bytes[at]!]!) | 0;
    if (hash >>> shift === 0) return at + 1;
  }
  return last;
}

/** A random number for each byte, the same on every machine and in every version. */
const gear = Int32Array.from({ length: 256 }, (_, byte) => mix(byte + 1));

/** The finaliser of MurmurHash3, twice. */
function mix(seed: number): number {
  let value = seed;
  for (let round = 0; round < 2; round++) {
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
    value ^= value >>> 16;
  }
  return value | 0;
}
