import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { cancelled } from '../../core/errors.js';
import { writeError } from '../../core/fileErrors.js';
import { privateFile } from '../syncedWrite.js';
import { seal } from './age.js';
import { type Bytes, compress } from './codecs.js';
import { type Content, refuseOther } from './damage.js';
import type { Sealing } from './encoding.js';
import { measured } from './measured.js';
import type { Form } from './packNames.js';

/**
 * Writes bytes in a form into a new file of 0600. It isn't synced: who stores it does that.
 * @returns what the file holds. @throws KongBackupError `store-full`, `store-unwritable`, `cancelled`, and what the source throws.
 */
export async function writeObject(
  file: string,
  plain: Bytes,
  { codec, sealed }: Form,
  sealing: Sealing | undefined,
  signal: AbortSignal,
): Promise<Content> {
  const compressed = compress(codec, plain);
  const content = sealed && sealing ? seal(sealing, compressed) : compressed;
  try {
    return await write(file, content, signal);
  } catch (error) {
    throw signal.aborted ? cancelled(file) : writeError(error, file);
  }
}

async function write(file: string, content: Bytes, signal: AbortSignal): Promise<Content> {
  const handle = await open(file, 'wx', privateFile);
  try {
    const { content: passing, found } = measured(content);
    for await (const piece of passing) {
      signal.throwIfAborted();
      await handle.writeFile(piece);
    }
    return found();
  } finally {
    await handle.close();
  }
}

/** The bytes of a local file, compared on the way with what it should be. @throws KongBackupError `snapshot-damaged` at its end. */
export async function* expectedFile(file: string, place: string, expected: Content): Bytes {
  const { content, found } = measured(createReadStream(file, { highWaterMark: pieceBytes }));
  yield* content;
  refuseOther(place, found(), expected);
}

const pieceBytes = 256 * 1024;

/** A run of bytes of a local file. */
export interface Segment {
  file: string;
  offset: number;
  length: number;
}

/** @throws an error when a file ends before its segment does. */
export async function* segmentsOf(segments: readonly Segment[]): Bytes {
  for (const { file, offset, length } of segments) {
    let read = 0;
    const end = offset + length - 1;
    for await (const piece of createReadStream(file, {
      start: offset,
      end,
      highWaterMark: pieceBytes,
    }) as AsyncIterable<Buffer>) {
      read += piece.length;
      yield piece;
    }
    if (read !== length) throw new Error(`${file} became shorter while it was read.`);
  }
}
