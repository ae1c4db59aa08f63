import { isObject, type Json, type JsonObject } from './json.js';
import { mask } from './redact.js';

/** Names of fields that hold a secret, by kind. A field counts with all that is under it. */
const secretFields: Readonly<Record<string, RegExp>> = {
  basicauth_credentials: /^password$/,
  keyauth_credentials: /^key$/,
  keyauth_enc_credentials: /^key$/,
  hmacauth_credentials: /^secret$/,
  jwt_secrets: /^secret$/,
  oauth2_credentials: /^client_secret$/,
  oauth2_tokens: /^(access_token|refresh_token)$/,
  certificates: /^(key|key_alt)$/,
  keys: /^(jwk|pem)$/,
  keyring_keys: /^key$/,
  licenses: /^payload$/,
  vaults: /(token|secret|password|private_key|access_key)/,
  plugins:
    /password|secret|token|apikey|(api|access|private|session|signing|encryption|hmac|provision|safety)_key|authorization|service_account_json|^(key|aws_key|header_value|param_value|introspection_headers_values|connection_string)$/,
};

/** Settings whose name sounds like a secret and that hold none. */
const harmless = /(_name|_names|_in|_in_header|_header|_headers|_claim|_ttl|_expiration|_endpoint|_url|_method|_type)$/;

/** Whether the field of a kind holds a secret. @param path as in a change: `config.redis.password`, `jwk.d`. */
export function isSecretField(kind: string, path: string): boolean {
  const names = secretFields[kind];
  if (!names) return false;
  return path.split(/[.[\]]+/).some((name) => names.test(name) && !harmless.test(name));
}

/** What may be shown of a field's value: a reference to a vault is no secret, and neither is nothing or a flag. */
export function shownValue(kind: string, path: string, value: Json): Json {
  if (!isSecretField(kind, path)) return value;
  return maskAll(value);
}

/** An entity that may be shown. */
export function shownEntity(kind: string, fields: JsonObject): JsonObject {
  const show = (value: Json, path: string): Json => {
    if (path !== '' && isSecretField(kind, path)) return maskAll(value);
    if (Array.isArray(value)) return value.map((item, index) => show(item, `${path}[${index}]`));
    if (!isObject(value)) return value;
    return mapValues(value, (item, name) => show(item, path === '' ? name : `${path}.${name}`));
  };
  return mapValues(fields, (value, name) => show(value, name));
}

function maskAll(value: Json): Json {
  if (typeof value === 'string') return value === '' || value.startsWith('{vault://') ? value : mask;
  if (Array.isArray(value)) return value.map(maskAll);
  if (isObject(value)) return mapValues(value, maskAll);
  return value;
}

const mapValues = (object: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));
