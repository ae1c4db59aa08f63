import type { Storage } from './storage.js';
import { hashPassword, secretMatches } from './secrets.js';
import { referenceId } from './table.js';

/** Would this password log in? Compared as Kong does it: by the hash of what is typed, never the hash itself. */
export function verifyBasicAuth(storage: Storage, username: string, password: string, workspace: string): boolean {
  const credential = storage.find('basicauth_credentials', 'username', username, workspace);
  const consumer = referenceId(credential?.fields['consumer']);
  return consumer !== undefined && credential?.fields['password'] === hashPassword(password, consumer);
}

/** Does this key open the door, and whose is it? @returns the consumer's username. */
export function verifyKeyAuth(storage: Storage, key: string, workspace: string): string | undefined {
  const credential = storage.find('keyauth_credentials', 'key', key, workspace);
  const consumer = referenceId(credential?.fields['consumer']);
  const username =
    consumer === undefined ? undefined : storage.get('consumers', consumer, workspace)?.fields['username'];
  return typeof username === 'string' ? username : undefined;
}

/** Is this the secret of the OAuth 2 client, hashed or not? */
export function verifyOauth2Secret(storage: Storage, clientId: string, secret: string, workspace: string): boolean {
  const stored = storage.find('oauth2_credentials', 'client_id', clientId, workspace)?.fields['client_secret'];
  return typeof stored === 'string' && secretMatches(secret, stored);
}
