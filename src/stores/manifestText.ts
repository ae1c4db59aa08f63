import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonicalJson.js';
import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import { formatVersion, type Manifest } from '../core/snapshot.js';
import { isInnerPath } from '../core/snapshotId.js';
import { manifestValidator } from './manifestSchema.js';

/** What manifests of this product name as their tool. */
const ownTool = 'kong-backup';

/**
 * A manifest from its text. Fields we don't know are kept.
 * @param id where the snapshot is: a copied folder goes by its new name.
 * @param sealed true for one that was encrypted as a whole: that shows by itself whether it is what was written.
 * @throws KongBackupError `snapshot-newer-format`, `snapshot-damaged`.
 */
export function parseManifest(text: string, id: string, { sealed = false } = {}): Manifest {
  const value = parseJson(text, id);
  if (isObject(value) && typeof value.formatVersion === 'number' && value.formatVersion > formatVersion) {
    throw new KongBackupError('snapshot-newer-format', {
      place: id,
      reason: `The snapshot has format ${value.formatVersion}; this version reads up to ${formatVersion}.`,
      remedy: 'Update Kong Backup & Restore.',
    });
  }
  const validate = manifestValidator();
  if (!validate(value)) {
    const [first] = validate.errors ?? [];
    throw damaged(
      id,
      `manifest.json is not a manifest: ${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}.`,
    );
  }
  const outside = value.parts.flatMap(({ files }) => files).find(({ path }) => !isInnerPath(path));
  if (outside) throw damaged(id, `manifest.json names a file outside the snapshot: ${JSON.stringify(outside.path)}.`);
  const { checksum, ...manifest } = value as Manifest & { checksum?: string };
  // One that was made by another tool may have none; of ours a byte of the field's name is another.
  const isLost = checksum === undefined && !sealed && manifest.tool.name === ownTool;
  if (isLost || (checksum !== undefined && !isWhatWasWritten(manifest, checksum))) {
    throw damaged(id, 'manifest.json is not what was written: somebody edited it, or it was damaged.');
  }
  return { ...manifest, id };
}

export function formatManifest(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, checksum: checksumOf(manifest) }, null, 2)}\n`;
}

/** At first the checksum was one of all but the id. */
function isWhatWasWritten({ id, ...manifest }: Omit<Manifest, 'id'> & { id?: string }, checksum: string): boolean {
  return checksum === checksumOf({ ...manifest, id }) || checksum === checksumOf(manifest);
}

/** SHA-256 of all that the manifest says. It shows accidents, not forgery. */
const checksumOf = (manifest: object): string =>
  createHash('sha256')
    .update(canonicalJson(manifest as Json))
    .digest('hex');

function parseJson(text: string, id: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw damaged(id, `manifest.json is not JSON: ${(error as Error).message}.`);
  }
}

const damaged = (place: string, reason: string): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place,
    reason,
    remedy: 'Restore manifest.json from a copy, or delete the snapshot.',
  });
