import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A run of bytes of a pack, before compression. */
export interface Extent {
  /** Index into the manifest's `packs`. */
  pack: number;
  offset: number;
  length: number;
}

/** More than any file has: `encodeSnapshot` writes a file anew long before. */
const mostBytes = 16 * 1024 * 1024;

/**
 * The extents of a file as text: for each the pack, the offset as a difference (zigzag) from where the last extent of the same
 * pack ended, the length; all as LEB128 numbers, deflated, in base64.
 */
export function formatPieces(extents: readonly Extent[]): string {
  const numbers: number[] = [];
  const ends = new Map<number, number>();
  for (const { pack, offset, length } of extents) {
    const step = offset - (ends.get(pack) ?? 0);
    pushNumber(numbers, pack);
    pushNumber(numbers, step < 0 ? -step * 2 - 1 : step * 2);
    pushNumber(numbers, length);
    ends.set(pack, offset + length);
  }
  return deflateRawSync(Uint8Array.from(numbers), { level: 9 }).toString('base64');
}

/** @throws Error when the text is not of that kind. */
export function parsePieces(text: string): Extent[] {
  const bytes = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: mostBytes });
  const extents: Extent[] = [];
  const ends = new Map<number, number>();
  const next = numberReader(bytes);
  while (next.more()) {
    const [pack, step, length] = [next.read(), next.read(), next.read()];
    const offset = (ends.get(pack) ?? 0) + (step % 2 === 0 ? step / 2 : -(step + 1) / 2);
    extents.push({ pack, offset, length });
    ends.set(pack, offset + length);
  }
  return extents;
}

/** Not by shifts: offsets may be longer than 32 bits. */
function pushNumber(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function numberReader(bytes: Uint8Array): { more(): boolean; read(): number } {
  let at = 0;
  return {
    more: () => at < bytes.length,
    read() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = bytes[at++];
        if (byte === undefined) throw new Error('It ends in the middle of a number.');
        value += (byte % 128) * scale;
        if (!Number.isSafeInteger(value)) throw new Error('A number is too long.');
        if (byte < 128) return value;
      }
    },
  };
}
