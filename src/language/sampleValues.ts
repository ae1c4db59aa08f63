import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityCheck, FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { FileKind } from './fileKind.js';
import { valueAtPath } from './values.js';

type Fields = Readonly<Record<string, FieldFacts>>;

/** Values for fields by their name, where any text of the type would not do. */
const byName: Readonly<Record<string, Json>> = {
  host: 'example.com',
  hosts: ['example.com'],
  http_endpoint: 'http://example.com/log',
  issuer: 'https://example.com',
  path: '/',
  port: 80,
  url: 'http://example.com',
};

const patterns: readonly (readonly [RegExp, Json])[] = [
  [/(?:^|_)(?:url|uri|endpoint)$/, 'http://example.com'],
  [/(?:^|_)(?:urls|uris|endpoints)$/, ['http://example.com']],
  [/(?:^|_)path$/, '/'],
];

/** A value that a field takes: its default, the first of those allowed, or one that shows what is meant. */
export function sampleOf(name: string, field: FieldFacts): Json {
  if (field.default !== undefined && field.default !== null) return field.default;
  const [first] = field.one_of ?? [];
  if (first !== undefined) return first;
  const known = Object.hasOwn(byName, name) ? byName[name] : patterns.find(([pattern]) => pattern.test(name))?.[1];
  if (known !== undefined && fits(known, field)) return known;
  switch (field.type) {
    case 'integer':
    case 'number':
      return sampleNumber(field);
    case 'boolean':
      return true;
    case 'array':
    case 'set':
      return field.elements ? [sampleOf(name.replace(/s$/, ''), field.elements)] : [];
    case 'map':
      return {};
    case 'record':
      return requiredOf(field.fields ?? {});
    default:
      return sampleText(name, field);
  }
}

function fits(value: Json, { type }: FieldFacts): boolean {
  if (typeof value === 'string') return type === 'string';
  if (typeof value === 'number') return type === 'integer' || type === 'number';
  return type === 'array' || type === 'set';
}

const sampleNumber = ({ between, gt }: FieldFacts): number => between?.[0] || (gt === undefined ? 1 : gt + 1);

function sampleText(name: string, { starts_with, len_min, uuid }: FieldFacts): string {
  if (uuid) return '00000000-0000-4000-8000-000000000000';
  const text = `${starts_with ?? ''}${name.replaceAll('_', '-')}`;
  return text.padEnd(len_min ?? 0, '-');
}

/** The fields that must be given, at every depth, each with a value that it takes. */
export function requiredOf(fields: Fields): JsonObject {
  const value: JsonObject = {};
  for (const [name, field] of Object.entries(fields)) {
    if (!field.required || field.auto) continue;
    if (field.type === 'record') {
      const inner = requiredOf(field.fields ?? {});
      if (Object.keys(inner).length > 0) value[name] = inner;
    } else if (field.default === undefined) value[name] = sampleOf(name, field);
  }
  return value;
}

/** What a plugin does nothing useful without, or is refused without, though no single field of it is required. */
const pluginSamples: Readonly<Record<string, JsonObject>> = {
  acl: { allow: ['group'] },
  'ip-restriction': { allow: ['10.0.0.0/8'] },
  'rate-limiting': { minute: 60, policy: 'local' },
  'request-size-limiting': { allowed_payload_size: 8 },
  'response-ratelimiting': { limits: { video: { minute: 10 } } },
  'request-termination': { status_code: 503, message: 'Out of service' },
  'pre-function': { access: ['kong.log.debug("here")'] },
  'post-function': { access: ['kong.log.debug("here")'] },
  cors: { origins: ['https://example.com'] },
  acme: { account_email: 'admin@example.com' },
  'exit-transformer': { functions: ['return function(status, body, headers) return status, body, headers end'] },
  'forward-proxy': { http_proxy_host: 'proxy.example.com', http_proxy_port: 3128 },
  oauth2: { enable_client_credentials: true },
  redirect: { location: 'https://example.com' },
  saml: { session_secret: '0123456789abcdef0123456789abcdef' },
  'request-validator': { body_schema: '[{"name": {"type": "string"}}]' },
  'websocket-validator': { client: { text: { type: 'draft4', schema: '{}' } } },
  'proxy-cache': { strategy: 'memory' },
  'correlation-id': { header_name: 'X-Request-ID', generator: 'uuid' },
  'file-log': { path: '/dev/stdout' },
  'aws-lambda': { aws_region: 'eu-central-1', function_name: 'function' },
  'azure-functions': { appname: 'app', functionname: 'function' },
  'bot-detection': { deny: ['bad-bot'] },
  'request-transformer': { add: { headers: ['X-Example:value'] } },
  'response-transformer': { add: { headers: ['X-Example:value'] } },
};

/** The configuration that a plugin needs, as small as it may be; empty where it needs none. */
export function pluginSample(facts: SchemaFacts, name: string): JsonObject {
  const plugin = Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  const fields = plugin?.fields['config']?.fields ?? {};
  const known = Object.entries(pluginSamples[name] ?? {}).filter(([key]) => Object.hasOwn(fields, key));
  const sample: JsonObject = { ...requiredOf(fields), ...Object.fromEntries(known) };
  for (const check of [...(plugin?.entity_checks ?? []), ...(plugin?.fields['config']?.entity_checks ?? [])]) {
    addOneOf(check, fields, sample);
  }
  return sample;
}

/** `at_least_one_of` and `only_one_of`: the first of them that can be made up. */
function addOneOf(check: EntityCheck, fields: Fields, sample: JsonObject): void {
  const names = check['at_least_one_of'] ?? check['only_one_of'];
  if (!Array.isArray(names)) return;
  const paths = names
    .filter((name) => typeof name === 'string')
    .map((name) => name.replace(/^config\./, '').split('.'));
  if (paths.some((path) => (valueAtPath(sample, path) ?? null) !== null)) return;
  for (const path of paths) {
    const field = fieldIn(fields, path);
    if (!field || field.default !== undefined) continue;
    put(sample, path, sampleOf(path.at(-1) ?? '', field));
    return;
  }
}

function fieldIn(fields: Fields, path: readonly string[]): FieldFacts | undefined {
  let at: FieldFacts | undefined;
  for (const key of path) at = (at ? at.fields : fields)?.[key];
  return at;
}

function put(sample: JsonObject, [key = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    sample[key] = value;
    return;
  }
  const inner = isObject(sample[key]) ? sample[key] : {};
  sample[key] = inner;
  put(inner, rest, value);
}

/** What a person starts an entity of a kind with, and what both decK and Kong need of it. */
export function entitySample(kind: string, format: FileKind): JsonObject | undefined {
  const sample = samples[kind];
  if (!sample) return undefined;
  const id = format === 'deck' && withId.has(kind) ? { id: '00000000-0000-4000-8000-000000000000' } : {};
  const { targets, ...own } = sample;
  return { ...id, ...own, ...(targets !== undefined && { targets }) };
}

/** decK manages these by their id. */
const withId: ReadonlySet<string> = new Set(['certificates', 'ca_certificates', 'mtls_auth_credentials']);

const samples: Readonly<Record<string, JsonObject>> = {
  acls: { group: 'group' },
  basicauth_credentials: { username: 'user', password: 'password' },
  ca_certificates: { cert: '-----BEGIN CERTIFICATE-----' },
  certificates: { cert: '-----BEGIN CERTIFICATE-----', key: '-----BEGIN PRIVATE KEY-----' },
  consumer_groups: { name: 'group' },
  consumers: { username: 'user' },
  filter_chains: { filters: [{ name: 'filter' }] },
  hmacauth_credentials: { username: 'user', secret: 'secret' },
  jwt_secrets: { key: 'issuer', algorithm: 'HS256', secret: 'secret' },
  key_sets: { name: 'key-set' },
  keyauth_credentials: { key: 'key' },
  keys: { name: 'key', kid: 'key-id', jwk: '{}' },
  mtls_auth_credentials: { subject_name: 'name' },
  oauth2_credentials: {
    name: 'application',
    client_id: 'client-id',
    client_secret: 'client-secret',
    redirect_uris: ['https://example.com/callback'],
  },
  partials: { name: 'partial', type: 'redis-ce', config: { host: 'example.com', port: 6379 } },
  plugins: { name: 'plugin' },
  routes: { name: 'route', paths: ['/'] },
  services: { name: 'service', url: 'http://example.com' },
  snis: { name: 'example.com' },
  targets: { target: 'example.com:80' },
  upstreams: { name: 'upstream', targets: [{ target: 'example.com:80' }] },
  vaults: { name: 'env', prefix: 'my-env', config: { prefix: 'MY_' } },
};
