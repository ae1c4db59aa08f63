import { KongBackupError } from '../core/errors.js';

// eslint-disable-next-line no-control-regex -- control characters are what must not be in a file name
const unsafe = /[\u0000-\u001f\\:]/;

/**
 * Keys come from manifests too, which anybody may have edited: none may lead out of the store, nor be refused by the file
 * system of a machine that the store is copied to. @throws KongBackupError `object-missing`.
 */
export function refuseOutside(key: string, place: string): void {
  const inside = (segment: string): boolean => !['', '.', '..'].includes(segment) && !unsafe.test(segment);
  if (key.split('/').every(inside)) return;
  throw new KongBackupError('object-missing', {
    place,
    reason: `${JSON.stringify(key)} is no name of an object.`,
    remedy: 'List the snapshots to see what there is.',
  });
}
