import type { JsonObject } from '../core/json.js';

/** Kong keeps a basic-auth password as a hex SHA-1 of it and the consumer's id. */
export const isPasswordHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{40}$/i.test(value);

/** Kong keeps an oauth2 secret, when asked to, in the form `$pbkdf2-sha512$…`, `$argon2id$…` or `$2b$…`. */
export const isSecretHash = (value: unknown): boolean =>
  typeof value === 'string' && /^\$(?:pbkdf2|argon2|2[abxy]\$)/.test(value);

/** Whether what stands in a file of a login is a hash of its secret: given to a gateway again, it is hashed once more. */
export function isHashedLogin(kind: string, fields: JsonObject): boolean {
  if (kind === 'basicauth_credentials') return isPasswordHash(fields['password']);
  return kind === 'oauth2_credentials' && fields['hash_secret'] === true && isSecretHash(fields['client_secret']);
}
