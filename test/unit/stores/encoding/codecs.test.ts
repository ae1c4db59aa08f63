import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bytes, type Codec, codecFor, compress, decompress } from '../../../../src/stores/encoding/codecs.js';
import { type Extent, formatPieces, parsePieces } from '../../../../src/stores/encoding/pieces.js';

/** What the program `zstd` makes of 400 lines, with its checksum. */
const byZstd = Buffer.from(
  'KLUv/WQhE50UAHpE5AcSsFdyABDRhOF4Rcpdke6DxwEBfAB2AHcAodgk9HTjIbMGaTyfMkFRR/YuHEaYKOxlHXHZ1H81sUBKm6AlpEJXnt8zEkLaFnhGQ0K6OvyePsiIE0fhibAM6yPjhlrxbRiXqjGPD/MIFklHUzEXT8XUNbNwqrEQrhHkbu+Yb0IYyZuQjJCM1LX4/GgAQoDBgADBQcGAQV+HEZOEfi4fMZMgTWdTHhxRx9ZlQ4aFwi5sIyx7gz/vhAInbUhHiAhbeXx/ZEJoWuAXpUR04vB36iAXZ+KEJbKS1ifGElqFtzPER9qQt4c5g0MiY6kYi18Z85pR+FQugpMI8rZ2/AsjazKSIZmoxdLTo4egz8r3esbEJPRy9+AsgjQyl+LgRZ2xLxoujAp7sBJRmRv8vzMRKGkzmiEhlMrT2yMPMdoCr+gk2IXDL9MGsfiJM2ERlbM+HEeoKLqZIX7pNDw9zBdMSYxCxVTsys25ZsKlbkEuIsilrcPfJ4QZeSJyIRnWYZGzI4egBwB6VzMeG+ldPTZjkCZmoTRoUef2XIYKm8JONiJE1gbf7ycmUNqIXgiFUXnk7ohDXJvxUUmso8MfUwlS0RPn4REpZX02ZmgoZCtD3NI3xnuYK3gSjkHFiLgVm79mJlzVYhwjyKMVRz9PCHN5JqRCMqtpiVNGDUEBgY+oIQiR3zNRdzgRrFA/eGbsCMlMi58M3U1SWHV1CdlS9ys5kzSaSihB/bqognJnBA6iEkpDvy6qoExaSodOgyhQwqeuVyhGJYewVvwJziSwTaMZVbgUIydqqu3gatLyuwPFn0hMmmhusA4irAvmFDhRU30CDiu9JjFL6i5MY9JEU2G7uSVUk3Y7PfS6ZiksUGmdAbUKw1qSuw==',
  'base64',
);
const lines = Array.from({ length: 400 }, (_, index) => `services-${(index * 7919) % 1000}\n`).join('');

async function* inPieces(content: Uint8Array, length: number): Bytes {
  for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length);
}

async function collect(content: Bytes): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('compression', () => {
  it('is what the setting says, and gzip where Node has no zstd', () => {
    const best = 'createZstdCompress' in zlib ? 'zstd' : 'gzip';
    expect(codecFor('none')).toBeUndefined();
    expect(codecFor('gzip')).toBe('gzip');
    expect(codecFor('zstd')).toBe(best);
    expect(codecFor('auto')).toBe(best);
  });

  it('reads zstd on every Node, in whatever pieces it comes', async () => {
    for (const length of [1, 7, 100, 10_000]) {
      expect((await collect(decompress('zstd', inPieces(byZstd, length)))).toString()).toBe(lines);
    }
  });

  it.each<[string, Codec, Uint8Array]>([
    ['gzip that is none', 'gzip', Buffer.from('no gzip at all, but long enough')],
    ['zstd that is none', 'zstd', Buffer.from('no zstd at all, but long enough')],
    ['zstd that ends early', 'zstd', byZstd.subarray(0, 300)],
  ])('refuses %s', async (_, codec, content) => {
    await expect(collect(decompress(codec, inPieces(content, 10)))).rejects.toThrow();
  });

  it('gives on what its source throws', async () => {
    const failing = async function* (): Bytes {
      yield Buffer.from('a');
      throw new Error('the source failed');
    };
    for (const codec of ['gzip', undefined] as const) {
      await expect(collect(compress(codec, failing()))).rejects.toThrow('the source failed');
      await expect(collect(decompress(codec, failing()))).rejects.toThrow('the source failed');
    }
  });
});

describe('the text of pieces', () => {
  const extent: fc.Arbitrary<Extent> = fc.record({
    pack: fc.nat(300),
    offset: fc.nat({ max: 2 ** 45 }),
    length: fc.nat({ max: 2 ** 40 }),
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(extent), (extents) => {
        expect(parsePieces(formatPieces(extents))).toEqual(extents);
      }),
    );
  });

  it('is refused when it is none', () => {
    const text = formatPieces([{ pack: 1, offset: 70_000, length: 300 }]);
    for (const wrong of ['AAAA', text.slice(0, 4), 'no base64 at all!']) expect(() => parsePieces(wrong)).toThrow();
  });
});
