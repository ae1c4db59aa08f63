import type { Entity } from '../model.js';
import { singular } from '../model.js';
import type { CheckInput, Finding } from './check.js';

/** Kinds whose secret Kong hashes when it is written; a value that is a hash already comes out hashed twice. */
const hashed: Readonly<Record<string, (value: Entity['value']) => string | undefined>> = {
  basicauth_credentials: ({ password }) =>
    typeof password === 'string' && /^[0-9a-f]{40}$/.test(password) ? 'password' : undefined,
  oauth2_credentials: ({ hash_secret, client_secret }) =>
    hash_secret === true && typeof client_secret === 'string' && /^\$[\w-]+\$/.test(client_secret)
      ? 'client_secret'
      : undefined,
};

/** A backup holds hashes; loading them as if they were passwords locks everybody out. */
export function* hashedCredentials({ kind, value: file, model }: CheckInput): Generator<Finding> {
  // What `kong config db_export` writes is loaded as it stands.
  if (kind === 'dbless' && file['_transform'] === false) return;
  const way = kind === 'deck' ? 'decK sends it' : 'without `_transform: false` Kong takes it';
  for (const entity of model.entities) {
    const field = Object.hasOwn(hashed, entity.kind) ? hashed[entity.kind]!(entity.value) : undefined;
    if (field === undefined) continue;
    const message = `This looks like the hash of a ${field === 'password' ? 'password' : 'secret'}: ${way} as the ${field} itself, and whoever uses this ${singular(entity.kind)} can no longer log in. Give the ${field} in clear, or restore the database.`;
    yield { severity: 'warning', code: 'hashed-credential', message, path: [...entity.path, field] };
  }
}
