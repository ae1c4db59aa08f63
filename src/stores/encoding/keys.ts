import type { Identity } from './encoding.js';

/** Sixteen hex digits that tell keys apart and say nothing about them. */
export function fingerprintOf(_recipient: string): string {
  throw new Error('not yet');
}

/** @param place where the recipients are written. @throws KongBackupError `environment-invalid` at the first that is none. */
export function checkRecipients(_recipients: readonly string[], _place: string): void {
  throw new Error('not yet');
}

/**
 * The identities in a file that `age-keygen` or `generateKey` wrote: one a line, comments allowed.
 * @param file absolute path.
 * @throws KongBackupError `key-missing` when there is no such file, `file-unreadable`, `file-invalid`.
 */
export function readIdentityFile(_file: string): Promise<Identity[]> {
  throw new Error('not yet');
}

/** @param place what a person calls the text. @throws KongBackupError `file-invalid`. */
export function parseIdentities(_text: string, _place: string): Promise<Identity[]> {
  throw new Error('not yet');
}

/** A new key, and the text of a file for it: write it 0600, never into the store, and tell the person to keep a copy. */
export function generateKey(_now: Date): Promise<Identity & { text: string }> {
  throw new Error('not yet');
}
