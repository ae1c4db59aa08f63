import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/json.js';
import { referenceId } from './table.js';

/** The password as Kong stores it: hex SHA-1 of the password with the consumer's id behind it. */
export function hashPassword(password: string, consumerId: string): string {
  return createHash('sha1')
    .update(password + consumerId)
    .digest('hex');
}

const iterations = 10_000;
const format = /^\$pbkdf2-sha512\$i=(\d+),l=(\d+)\$([^$]+)\$([^$]+)$/;
const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** A client secret as Kong stores it when `hash_secret` is set. */
export function hashSecret(secret: string): string {
  const salt = randomBytes(16);
  const digest = pbkdf2Sync(secret, salt, iterations, 32, 'sha512');
  return `$pbkdf2-sha512$i=${iterations},l=32$${unpadded(salt)}$${unpadded(digest)}`;
}

export function secretMatches(secret: string, stored: string): boolean {
  const parts = format.exec(stored);
  if (!parts) return secret === stored;
  const [, rounds, length, salt, digest] = parts;
  const again = pbkdf2Sync(secret, Buffer.from(salt ?? '', 'base64'), Number(rounds), Number(length), 'sha512');
  return unpadded(again) === digest;
}

/**
 * Fields that Kong doesn't store as they are sent, changed in place.
 * @param sent what the request itself set: a stored hash is not hashed again by a change of something else.
 */
export function hashCredentials(kind: string, fields: JsonObject, sent: JsonObject): void {
  if (kind === 'basicauth_credentials') {
    const consumer = referenceId(fields['consumer']);
    if (typeof sent['password'] === 'string' && consumer !== undefined) {
      fields['password'] = hashPassword(sent['password'], consumer);
    }
  } else if (kind === 'oauth2_credentials' && fields['hash_secret'] === true) {
    const secret = sent['client_secret'] ?? fields['client_secret'];
    const changed = sent['client_secret'] !== undefined || sent['hash_secret'] !== undefined;
    if (changed && typeof secret === 'string') fields['client_secret'] = hashSecret(secret);
  }
}
