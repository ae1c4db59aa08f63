import { createHash } from 'node:crypto';
import type { Bytes } from './codecs.js';
import type { Content } from './damage.js';

/** Counts and hashes bytes while they pass. @returns `found` says what has passed, once. */
export function measured(source: Bytes): { content: Bytes; found(): Content } {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    content: (async function* () {
      for await (const piece of source) {
        hash.update(piece);
        bytes += piece.length;
        yield piece;
      }
    })(),
    found: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}
