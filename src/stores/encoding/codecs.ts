import type { Duplex, Transform } from 'node:stream';
import { pipeline } from 'node:stream';
import zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import type { Compression } from '../../core/environmentSections.js';

/** Bytes in the order they come. Nobody changes a piece once it was given away. */
export type Bytes = AsyncIterable<Uint8Array>;

export type Codec = 'gzip' | 'zstd';

/** What a compressed object's name ends with, before `.age`. */
export const codecSuffix: Record<Codec, string> = { gzip: '.gz', zstd: '.zst' };

/** What Node has from 22.15 on; older ones run in the oldest editors we support. */
const newer = zlib as {
  createZstdCompress?: (options: { params: Record<number, number> }) => Transform;
  createZstdDecompress?: () => Transform;
};

/** `ZSTD_c_compressionLevel` and `ZSTD_c_checksumFlag` of zstd's own interface. */
const zstdParams = { 100: 3, 201: 1 };
const gzipLevel = 6;

/** What a setting means on this machine. `zstd` where Node has none is gzip. */
export function codecFor(compression: Compression): Codec | undefined {
  if (compression === 'none') return undefined;
  return compression !== 'gzip' && newer.createZstdCompress ? 'zstd' : 'gzip';
}

export function compress(codec: Codec | undefined, source: Bytes): Bytes {
  if (codec === undefined) return source;
  const zstd = codec === 'zstd' ? newer.createZstdCompress?.({ params: zstdParams }) : undefined;
  return through(source, zstd ?? zlib.createGzip({ level: gzipLevel }));
}

/** @throws an error of the decoder's own, from the iteration, when the bytes are not of that kind or end early. */
export function decompress(codec: Codec | undefined, source: Bytes): Bytes {
  if (codec === undefined) return source;
  if (codec === 'gzip') return through(source, zlib.createGunzip());
  return newer.createZstdDecompress ? through(source, newer.createZstdDecompress()) : unzstd(source);
}

/** An error on either side ends both; the reader gets it. */
function through(source: Bytes, transform: Duplex): Bytes {
  pipeline(source, transform, () => undefined);
  return transform;
}

async function* unzstd(source: Bytes): Bytes {
  const ready: Uint8Array[] = [];
  const decoder = new Decompress((piece) => ready.push(piece));
  for await (const piece of source) {
    decoder.push(piece);
    yield* ready.splice(0);
  }
  decoder.push(new Uint8Array(0), true);
  yield* ready.splice(0);
}
