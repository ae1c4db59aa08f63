import { mask } from '../../core/redact.js';
import type { Json, JsonObject } from '../../core/json.js';
import { isObject } from '../../core/json.js';

/** Fields that hold a secret, by entity kind. Names of fields, never text: masking must not touch an id that looks like one. */
const secretFields: Record<string, readonly string[]> = {
  keyauth_credentials: ['key'],
  keyauth_enc_credentials: ['key'],
  basicauth_credentials: ['password'],
  hmacauth_credentials: ['secret'],
  jwt_secrets: ['secret'],
  oauth2_credentials: ['client_secret'],
  oauth2_tokens: ['access_token', 'refresh_token'],
  oauth2_authorization_codes: ['code'],
  certificates: ['key', 'key_alt'],
  keys: ['jwk', 'private_key'],
  licenses: ['payload'],
  rbac_users: ['user_token'],
};

/** Fields of plugin and vault configurations that hold a secret, whatever the plugin. */
const secretName =
  /(^|_)(password|passwd|secret|secrets|token|tokens|apikey|api_key|private_key|client_key|access_key|secret_key|session_secret|credentials?|passphrase|pem)$/i;
/** These name a field, a header or a lifetime, they hold no secret. */
const harmless = /(_name|_names|_ttl|_claim|_header|_method|_type|_path|_length|_id|expiration)$/i;
const reference = /^\{vault:\/\/.*\}$/;

/** Whether the field at `path` (`config.redis.password`) of an entity holds a secret. */
export function isSecret(kind: string, path: string): boolean {
  const names = path.replace(/\[\d+\]/g, '').split('.');
  if (names.some((name) => secretFields[kind]?.includes(name))) return true;
  if (names[0] !== 'config') return false;
  return names.some((name) => secretName.test(name) && !harmless.test(name));
}

/** The value as it may be shown: secrets are masked, references to a vault stay readable. */
export function maskValue(kind: string, path: string, value: Json): Json {
  if (value === null || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((element) => maskValue(kind, path, element));
  if (isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, maskValue(kind, path === '' ? key : `${path}.${key}`, inner)]),
    );
  }
  if (!isSecret(kind, path)) return value;
  return typeof value === 'string' && reference.test(value) ? value : mask;
}

/** A whole entity as it may be shown. */
export function maskEntity(kind: string, entity: JsonObject): JsonObject {
  return maskValue(kind, '', entity) as JsonObject;
}
