import { isObject, type Json, type JsonObject } from './json.js';
import { mask, withoutUserInfo } from './redact.js';

/** What a gateway's schema says of a field, where the caller knows it. */
export interface FieldSecrecy {
  /** Kong encrypts it in its database. */
  encrypted?: boolean;
  /** May be taken from a vault: a hint only, for addresses and user names may be so too. */
  referenceable?: boolean;
}

/** Names that hold a secret wherever they stand, written small and with underscores. */
const secretNames =
  /password|passwd|passphrase|secret|token|api_?key|authorization|service_account_json|(?:access|private|session|signing|encryption|hmac|provision|safety|shared|account)_key|(?:^|_)jwk$|^(?:set_)?cookie$|^auth$|^auth_value$/;

/** Names that hold a secret in some kinds only; `key` does in all that are not named here. */
const secretByKind: Readonly<Record<string, RegExp>> = {
  // Its `key` is what a token names as its issuer.
  jwt_secrets: /^secret$/,
  certificates: /^(?:key|key_alt)$/,
  keys: /^(?:jwk|pem)$/,
  licenses: /^payload$/,
  acme_storage: /^value$/,
  sessions: /^(?:data|session_id)$/,
  plugins: /^(?:key|aws_key|header_value|param_value|introspection_headers_values|connection_string)$/,
};

/** Settings whose name sounds like a secret and that hold none. */
const harmless =
  /^(?:id|name|hide_credentials|secret_is_base64|.*(?:_name|_names|_in|_in_header|_header|_headers|_claim|_ttl|_expiration|_endpoint|_url|_uri|_file|_method|_type))$/;

/** Names and values in one text, `X-Api-Key:abc`, as the transformer plugins take them. */
const pairs = /^config\.(?:add|append|replace)\.(?:headers|querystring|body)(?:\[|$)/;
/** Headers that a plugin sends: any of them may carry a login. */
const sentHeaders = /^config\.(?:[^.[]+[.[].*)?(?:headers|custom_headers|token_headers|token_post_args)\.[^.[]+/;

/**
 * Whether the field of a kind holds a secret.
 * @param path as in a change: `config.redis.password`, `jwk.d`.
 * @param facts surer than names, where they are known.
 */
export function isSecretField(kind: string, path: string, facts?: FieldSecrecy): boolean {
  const names = path.split(/[.[\]]+/).map((name) => name.toLowerCase().replaceAll('-', '_'));
  if (names.some((name) => isSecretName(kind, name))) return true;
  const last = names.findLast((name) => name !== '' && !/^\d+$/.test(name)) ?? '';
  return facts?.encrypted === true && !/^(?:id|name|username|user|client_?id)$/.test(last);
}

function isSecretName(kind: string, name: string): boolean {
  if (harmless.test(name)) return false;
  return secretNames.test(name) || (secretByKind[kind] ?? /^key$/).test(name);
}

/** What may be shown of a field's value: a reference to a vault is no secret, and neither is nothing or a flag. */
export function shownValue(kind: string, path: string, value: Json, facts?: FieldSecrecy): Json {
  // Numbers and switches are never masked.
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (isSecretField(kind, path, facts)) return maskAll(value);
  return show(kind, path, value);
}

/** An entity that may be shown. */
export function shownEntity(kind: string, fields: JsonObject): JsonObject {
  return mapValues(fields, (value, name) => show(kind, name, value));
}

function show(kind: string, path: string, value: Json): Json {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (isSecretField(kind, path)) return maskAll(value);
  if (kind === 'plugins' && sentHeaders.test(path)) return maskAll(value);
  if (Array.isArray(value)) return value.map((item, index) => show(kind, `${path}[${index}]`, item));
  if (isObject(value)) return mapValues(value, (item, name) => show(kind, `${path}.${name}`, item));
  if (typeof value !== 'string') return value;
  if (kind === 'plugins' && pairs.test(path)) return shownPair(value);
  return withoutUserInfo(value);
}

/** The name stays; what has none is all value. */
function shownPair(text: string): string {
  const [, name = '', value = text] = /^([^:{]*:)(.*)$/s.exec(text) ?? [];
  return `${name}${String(maskAll(value))}`;
}

function maskAll(value: Json): Json {
  if (typeof value === 'string') return value === '' || value.startsWith('{vault://') ? value : mask;
  if (Array.isArray(value)) return value.map(maskAll);
  if (isObject(value)) return mapValues(value, maskAll);
  return value;
}

const mapValues = (object: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value, name)]));

/**
 * A gateway's words without the values of secret fields: `UNIQUE violation detected on '{key="…"}'` names the field only.
 * Escaped quotes are those of a message within a message.
 */
export function withoutSecretValues(text: string): string {
  return text.replace(/([\w-]+)=(\\*")(.*?)\2(?=[,}]|$)/gs, (whole, name: string, quote: string) =>
    isSecretField('', name) ? `${name}=${quote}${mask}${quote}` : whole,
  );
}
