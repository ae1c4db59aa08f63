import { KongBackupError } from '../../core/errors.js';
import type { Manifest } from '../../core/snapshot.js';
import type { Identity } from './encoding.js';

/**
 * The keys that open a snapshot; none are needed for one that isn't encrypted.
 * @throws KongBackupError `key-missing`, `key-wrong`: at once, before anything is read.
 */
export function openingKeys(
  { id, encryption }: Pick<Manifest, 'id' | 'encryption'>,
  identities: readonly Identity[],
): readonly Identity[] {
  if (!encryption) return [];
  const fitting = identities.filter(({ fingerprint }) => encryption.keys.includes(fingerprint));
  if (fitting.length > 0) return fitting;
  const wanted = `It is encrypted to the ${encryption.keys.length === 1 ? 'key' : 'keys'} ${encryption.keys.join(', ')}`;
  if (identities.length === 0) {
    throw new KongBackupError('key-missing', {
      place: id,
      reason: `${wanted}; no key was given.`,
      remedy: 'Name the key file (identityFile) or the passphrase of the store in kong-environments.yaml.',
    });
  }
  throw new KongBackupError('key-wrong', {
    place: id,
    reason: `${wanted}; the ${identities.length === 1 ? 'key' : 'keys'} at hand ${
      identities.length === 1 ? 'is' : 'are'
    } ${identities.map(({ fingerprint }) => fingerprint).join(', ')}.`,
    remedy: 'Use the key that the snapshot was made for; a key file may hold several.',
  });
}
