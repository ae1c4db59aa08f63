import type { Format } from '../formats/format.js';
import * as config from '../formats/config.js';
import * as host from '../formats/host.js';
import { luaChunk } from '../formats/luaCode.js';
import * as keys from '../formats/keys.js';
import { legacyRoutePath, path, routePath } from '../formats/path.js';
import * as text from '../formats/text.js';
import { sharedDictionary } from '../formats/sharedDictionary.js';
import { redirectUri, url } from '../formats/url.js';
import { majorOf } from '../major.js';

/** Fields whose values Kong judges in Lua, which its `/schemas` does not show: where they stand, and how it judges. */
interface Rule {
  /** `kind:field` or `plugins/name:config.field`, with `[]` for the elements of a list, `{}` and `{key}` for a map's, `?` where a condition holds. */
  at: RegExp;
  format: Format;
  /** Only before this version. */
  before?: number;
  since?: number;
}

const at = (places: string, format: Format, versions: Pick<Rule, 'before' | 'since'> = {}): Rule => ({
  at: new RegExp(`^(?:${places})$`),
  format,
  ...versions,
});

const plugin = (names: string, fields: string, format: Format): Rule =>
  at(String.raw`plugins/(?:${names}):config\.(?:${fields})`, format);

const anyPlugin = String.raw`plugins/[^:]+:config\.(?:.+\.)?`;

const rules: readonly Rule[] = [
  at(String.raw`[^:]+:tags\[\]`, text.tag, { since: 3 }),
  at(String.raw`[^:]+:tags\[\]`, text.tagWithoutBlanks, { before: 3 }),
  at('(?:services|routes|filter_chains|workspaces):name|plugins:instance_name', text.name),
  at('services:host', host.host),
  at('services:path', path),
  at(String.raw`routes:paths\[\]`, routePath, { since: 3 }),
  at(String.raw`routes:paths\[\]`, legacyRoutePath, { before: 3 }),
  at(String.raw`routes:headers\{key\}|upstreams:healthchecks\.active\.headers\{key\}`, text.headerName),
  at(String.raw`routes:snis\[\]|certificates:snis\[\]`, host.sni),
  at(String.raw`routes:(?:sources|destinations)\[\]\.ip`, host.ipOrCidr),
  at('snis:name', host.wildcardHost),
  at('upstreams:name', host.upstreamName),
  at('upstreams:host_header', host.hostWithOptionalPort),
  at('upstreams:hash_(?:on|fallback)_header', text.headerName),
  at('upstreams:hash_on_cookie', text.cookieName),
  at('upstreams:hash_(?:on|fallback)_(?:query_arg|uri_capture)', text.simpleName),
  at(String.raw`upstreams:hash_on_cookie_path|upstreams:healthchecks\.active\.http_path`, path),
  at(String.raw`upstreams:healthchecks\.active\.https_sni`, host.sni),
  at('targets:target', host.target),
  at('clustering_data_planes:ip', host.ip),
  at('clustering_data_planes:hostname', host.host),
  at('certificates:cert(?:_alt)?|ca_certificates:cert', keys.certificate, { since: 3 }),
  at('certificates:key(?:_alt)?', keys.key, { since: 3 }),
  at('certificates:cert(?:_alt)?|ca_certificates:cert', keys.certificateBefore3, { before: 3 }),
  at('certificates:key(?:_alt)?', keys.keyBefore3, { before: 3 }),
  at('keys:pem', keys.pem),
  at(String.raw`jwt_secrets:rsa_public_key\?`, keys.publicKey),
  at(String.raw`oauth2_credentials:redirect_uris\[\]`, redirectUri),

  at(String.raw`${anyPlugin}redis\.host|${anyPlugin}redis_host|partials:config\.host`, host.host),
  at(String.raw`${anyPlugin}redis\.server_name|${anyPlugin}redis_server_name|partials:config\.server_name`, host.sni),
  at(String.raw`${anyPlugin}https?_proxy_host`, host.host),
  at(String.raw`${anyPlugin}storage_config\.(?:consul|vault)\.host`, host.host),
  at(
    String.raw`${anyPlugin}custom_fields_by_lua\{\}`,
    luaChunk('Error parsing function: kong/tools/kong-lua-sandbox.lua:144: '),
  ),
  plugin('pre-function', String.raw`[a-z_]+\[\]`, luaChunk('error parsing pre-function: ')),
  plugin('post-function', String.raw`[a-z_]+\[\]`, luaChunk('error parsing post-function: ')),
  plugin('acme', 'api_uri', url),
  plugin('acme', String.raw`storage_config\.shm\.shm_name`, sharedDictionary),
  plugin('ai-[a-z-]+', String.raw`(?:.+\.)?upstream_url`, url),
  plugin('aws-lambda|tcp-log|udp-log|datadog|statsd|loggly', 'host', host.host),
  plugin('aws-lambda', 'aws_region', host.host),
  plugin('request-termination', 'trigger', text.headerName),
  plugin('route-by-header', String.raw`rules\[\]\.condition\{key\}`, text.headerName),
  plugin('aws-lambda', 'aws_sts_endpoint_url|proxy_url', url),
  plugin('cors', String.raw`origins\[\]`, config.asteriskOrRegex),
  plugin('http-log', 'http_endpoint', url),
  plugin('http-log|opentelemetry', String.raw`headers\{key\}`, text.headerName),
  plugin('ip-restriction', String.raw`(?:allow|deny|whitelist|blacklist)\[\]`, host.ipOrCidr),
  plugin('key-auth|key-auth-enc', String.raw`key_names\[\]`, text.headerName),
  plugin('ldap-auth|ldap-auth-advanced', 'ldap_host', host.host),
  plugin('opentelemetry', '(?:traces_|logs_)?endpoint', url),
  plugin('zipkin', 'http_endpoint', url),
  plugin('zipkin', 'static_tags', config.distinctNames),
  plugin('rate-limiting', 'header_name', text.headerName),
  plugin('redirect', 'location', url),
  plugin('re(?:quest|sponse)-transformer', String.raw`(?:remove|replace|add|append)\.headers\[\]`, config.header),
  plugin('re(?:quest|sponse)-transformer', String.raw`rename\.headers\[\]`, config.renamedHeader),
  plugin(
    'request-transformer(?:-advanced)?',
    String.raw`(?:rename|replace|add|append)\.(?:body|querystring)\[\]`,
    config.keyWithValue,
  ),
  plugin('route-transformer-advanced', 'path|port|host', config.template),
  plugin('exit-transformer', String.raw`functions\[\]`, luaChunk('Error parsing function: ')),
  plugin('openid-connect', String.raw`issuer|(?:[a-z_]+_endpoint)|https?_proxy`, url),
  plugin('openid-connect', String.raw`(?:[a-z_]*redirect_uri)(?:\[\])?`, url),
  plugin('jwt-signer', String.raw`(?:access|channel)_token_(?:jwks_uri|introspection_endpoint)`, url),
  plugin('oauth2-introspection', 'introspection_url', url),
  plugin('saml', 'idp_sso_url', url),
  plugin('upstream-oauth', String.raw`oauth\.token_endpoint`, url),
  plugin('confluent|confluent-consume|kafka-[a-z]+', String.raw`bootstrap_servers\[\]\.host`, host.host),
  plugin('opa', 'opa_host', host.host),
  plugin('canary', 'upstream_host', host.host),
  plugin('(?:ai-)?rate-limiting-advanced', 'header_name', text.headerName),
  at('plugins/http-log:config', config.oneLogin),
  at('plugins/oauth2:config', config.oauthGrants),
  at('plugins/rate-limiting:config', config.rateLimits),
  at(String.raw`plugins/response-ratelimiting:config\.limits\{\}`, config.responseLimits),
  at('plugins/request-termination:config', config.termination),
];

/** @returns how Kong judges a field's value beyond its schema; undefined where it does not. */
export function formatAt(place: string, version: string): Format | undefined {
  const major = majorOf(version);
  const found = rules.find(
    (rule) => (rule.before ?? Infinity) > major && (rule.since ?? 0) <= major && rule.at.test(place),
  );
  return found?.format;
}
