import type { PackRecord } from '../../core/snapshot.js';
import { unseal } from './age.js';
import { type Bytes, decompress } from './codecs.js';
import { damaged, readingError, refuseOther } from './damage.js';
import type { Identity, ObjectReader } from './encoding.js';
import { measured } from './measured.js';
import { formOf, packHash, packKey } from './packNames.js';

/**
 * The pieces of a pack, one after the other. The pack is compared with its size and hash before anything of it is given away.
 * @throws KongBackupError `snapshot-damaged` naming the pack, and what the storage throws.
 */
export async function readPack(
  storage: ObjectReader,
  record: PackRecord,
  identities: readonly Identity[],
  signal: AbortSignal,
): Promise<Buffer> {
  const place = packKey(record);
  try {
    const { content } = await storage.read(place, signal);
    return await decodePack(content, record, identities);
  } catch (error) {
    throw readingError(error, place, signal);
  }
}

async function decodePack(content: Bytes, record: PackRecord, identities: readonly Identity[]): Promise<Buffer> {
  const place = packKey(record);
  const { codec, sealed } = formOf(record.name);
  const stored = measured(content);
  const plain = decompress(codec, sealed ? unseal(identities, stored.content) : stored.content);
  const raw = Buffer.allocUnsafe(record.rawBytes);
  let filled = 0;
  for await (const piece of plain) {
    if (filled + piece.length > raw.length) throw damaged(place, 'It holds more than the manifest says.');
    raw.set(piece, filled);
    filled += piece.length;
  }
  refuseOther(place, stored.found(), { bytes: record.bytes, sha256: packHash(record) });
  if (filled < raw.length) throw damaged(place, 'It holds less than the manifest says.');
  return raw;
}
