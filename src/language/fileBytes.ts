import type { SyntaxProblem } from './syntaxProblem.js';

/** Stands in a text for bytes that could not be read. */
export const replacementCharacter = '\ufffd';

export interface DecodedFile {
  text: string;
  /** Bytes that are no UTF-8, for which Kong's reader and decK's refuse the file. */
  problem?: SyntaxProblem;
}

/** Reads a file's bytes as Kong does: UTF-8, or UTF-16 where a mark at the start says so. */
export function decodeFile(bytes: Uint8Array): DecodedFile {
  const text = new TextDecoder(encodingOf(bytes), { ignoreBOM: true }).decode(bytes);
  if (!text.includes(replacementCharacter)) return { text };
  const at = encodingOf(bytes) === 'utf-8' ? firstBadByte(bytes) : undefined;
  if (at === undefined) return { text };
  const start = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes.subarray(0, at)).length;
  const shown = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  const message = `The byte 0x${shown} is no UTF-8, so Kong and decK refuse the file: it is in another encoding, such as Latin-1, or binary. Save it as UTF-8.`;
  return { text, problem: { code: 'not-text', message, start, end: start + 1 } };
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** Lead bytes by how long their sequences are, and what the second byte must lie between. */
function sequenceAt(lead: number): { length: number; low: number; high: number } | undefined {
  if (lead >= 0xc2 && lead <= 0xdf) return { length: 2, low: 0x80, high: 0xbf };
  if (lead >= 0xe0 && lead <= 0xef) {
    return { length: 3, low: lead === 0xe0 ? 0xa0 : 0x80, high: lead === 0xed ? 0x9f : 0xbf };
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return { length: 4, low: lead === 0xf0 ? 0x90 : 0x80, high: lead === 0xf4 ? 0x8f : 0xbf };
  }
  return undefined;
}

function firstBadByte(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.length;) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      at++;
      continue;
    }
    const sequence = sequenceAt(lead);
    const second = bytes[at + 1] ?? 0;
    if (!sequence || second < sequence.low || second > sequence.high) return at;
    for (let more = 2; more < sequence.length; more++) if (((bytes[at + more] ?? 0) & 0xc0) !== 0x80) return at;
    at += sequence.length;
  }
  return undefined;
}
