import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { KongBackupError } from '../../core/errors.js';
import { systemCode, systemReason } from '../../core/fileErrors.js';
import type { Identity } from './encoding.js';

/** Sixteen hex digits that tell keys apart. @param recipient `age1…`. */
export function fingerprintOf(recipient: string): string {
  return createHash('sha256').update(recipient).digest('hex').slice(0, 16);
}

/** Sorted, so that two sets of the same recipients are the same. */
export function fingerprintsOf(recipients: readonly string[]): string[] {
  return [...new Set(recipients.map(fingerprintOf))].sort();
}

/** @param place where the recipients are written. @throws KongBackupError `environment-invalid` at the first that is none. */
export function checkRecipients(recipients: readonly string[], place: string): void {
  if (recipients.length === 0) throw invalid('Encryption names no recipient.');
  for (const recipient of recipients) {
    // What is no recipient could be a secret: it is not repeated.
    if (/^age-secret-key-/i.test(recipient)) throw invalid('A recipient is a secret key, which must not stand here.');
    if (!isRecipient(recipient)) throw invalid('A recipient is not an age public key of the form age1….');
  }

  function invalid(reason: string): KongBackupError {
    return new KongBackupError('environment-invalid', {
      place,
      reason,
      remedy: 'Write the public key that stands in the key file after "# public key:".',
    });
  }
}

/** X25519 alone: what every version of `age` opens. */
function isRecipient(text: string): boolean {
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) return false;
  try {
    new Encrypter().addRecipient(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The identities in a file that `age-keygen` or `generateKey` wrote: one a line, comments allowed.
 * @param file absolute path.
 * @throws KongBackupError `key-missing` when there is no such file, `file-unreadable`, `file-invalid`.
 */
export async function readIdentityFile(file: string): Promise<Identity[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') {
      throw new KongBackupError('key-missing', {
        place: file,
        reason: 'There is no such key file.',
        remedy:
          'Put your copy of the key file there, or name the place it is at. Without it encrypted snapshots stay shut.',
      });
    }
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: systemReason(error),
      remedy: 'Make the key file readable, or name another one.',
      cause: error,
    });
  });
  return parseIdentities(text, file);
}

/** @param place what a person calls the text. @throws KongBackupError `file-invalid`. */
export async function parseIdentities(text: string, place: string): Promise<Identity[]> {
  if (/^(age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE)/.test(text.trimStart())) {
    throw invalid(
      place,
      'The key file is itself encrypted.',
      'Decrypt it with age -d into a file that only you can read.',
    );
  }
  const identities: Identity[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const secret = line.trim();
    if (secret === '' || secret.startsWith('#')) continue;
    identities.push(await toIdentity(secret, `${place}:${index + 1}`));
  }
  if (identities.length > 0) return identities;
  throw invalid(place, 'It holds no key.', wantsKey);
}

const wantsKey = 'Use a file that age-keygen or Kong Backup & Restore wrote, with a line AGE-SECRET-KEY-1….';

/** @throws KongBackupError `file-invalid`, which never repeats the secret. */
export async function toIdentity(secret: string, place: string): Promise<Identity> {
  const recipient = secret.startsWith('AGE-SECRET-KEY-1')
    ? await identityToRecipient(secret).catch(() => undefined)
    : undefined;
  if (recipient === undefined) throw invalid(place, 'The line is not an age key.', wantsKey);
  return { secret, recipient, fingerprint: fingerprintOf(recipient) };
}

/** A new key, and the text of a file for it: write it 0600, never into the store, and tell the person to keep a copy. */
export async function generateKey(now: Date): Promise<Identity & { text: string }> {
  const identity = await toIdentity(await generateX25519Identity(), 'new key');
  const head = `# created: ${now.toISOString()}\n# public key: ${identity.recipient}\n`;
  return { ...identity, text: `${head}${identity.secret}\n` };
}

const invalid = (place: string, reason: string, remedy: string): KongBackupError =>
  new KongBackupError('file-invalid', { place, reason, remedy });
