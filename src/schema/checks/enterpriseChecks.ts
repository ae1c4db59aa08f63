import { isObject, type Json } from '../../core/json.js';
import { parsedJson } from '../formats/keys.js';
import { isReference } from '../lua.js';
import { majorOf } from '../major.js';
import type { EntityRule } from './judgement.js';

// What plugins of Enterprise gateways check over several fields, as far as their documentation and their answers tell.

/** Of a plugin's `config`: the first rule that is broken answers. */
const ofConfig =
  (...rules: EntityRule[]): EntityRule =>
  ({ config }, judgement) => {
    if (!isObject(config)) return undefined;
    for (const rule of rules) {
      const message = rule(config, judgement);
      if (message !== undefined) return message;
    }
    return undefined;
  };

const limitsOfWindows: EntityRule = ({ limit, window_size: windows }) => {
  if (!Array.isArray(limit) || !Array.isArray(windows) || limit.length === windows.length) return undefined;
  return 'You must provide the same number of windows and limits';
};

/** Before 3.0 counters were shared unless one said otherwise. Rules may see what is given before defaults are filled in. */
const localSync: EntityRule = ({ strategy = 'local', sync_rate: rate }, { facts }) => {
  if (majorOf(facts.version) < 3 || strategy !== 'local') return undefined;
  return typeof rate === 'number' && rate > -1
    ? 'sync_rate cannot be configured when using a local strategy'
    : undefined;
};

const sharedSync: EntityRule = ({ strategy = 'local', sync_rate: rate }, { facts }) => {
  if (majorOf(facts.version) < 3 || strategy === 'local') return undefined;
  if (isNothing(rate)) return 'sync_rate is required if not using a local strategy';
  const isTooShort = typeof rate === 'number' && rate > 0 && rate < 0.02;
  return isTooShort ? "Config option 'sync_rate' must not be a decimal between 0 and 0.02" : undefined;
};

const jitter: EntityRule = ({ retry_after_jitter_max: most }) =>
  typeof most === 'number' && most < 0 ? 'Non-negative retry_after_jitter_max value is expected' : undefined;

const isNothing = (value: Json | undefined): boolean => value === undefined || value === null;

/** Nothing of a request would be sent. */
const forwarded: EntityRule = (config) => {
  const parts = ['forward_method', 'forward_uri', 'forward_headers', 'forward_body'];
  return parts.some((part) => config[part] === true)
    ? undefined
    : `at least one of these must be true: ${parts.join(', ')}`;
};

const brokerLogin: EntityRule = ({ authentication: login }) => {
  if (!isObject(login) || login['strategy'] !== 'sasl') return undefined;
  const { mechanism, user, password } = login;
  if (mechanism !== 'PLAIN' || !(isNothing(user) || isNothing(password))) return undefined;
  return 'if authentication strategy is SASL and mechanism is PLAIN you have to set user and password';
};

/** How parameters can be written, by where they stand. */
const styles: Readonly<Record<string, readonly string[]>> = {
  header: ['simple'],
  path: ['label', 'matrix', 'simple'],
  query: ['deepObject', 'form', 'pipeDelimited', 'spaceDelimited'],
};

const parameterStyle: EntityRule = ({ in: where, style }) => {
  if (typeof style !== 'string' || typeof where !== 'string' || !Object.hasOwn(styles, where)) return undefined;
  return styles[where]?.includes(style) ? undefined : `style '${style}' not supported '${where}' parameter`;
};

/** Behind a proxy there is one Redis with one database, whatever the proxy makes of it. */
const proxied = (field: string, fits: (value: Json | undefined) => boolean, message: string): EntityRule => {
  return (redis) => (redis['connection_is_proxied'] === true && !fits(redis[field]) ? message : undefined);
};

const proxiedRedis: Readonly<Record<string, EntityRule>> = {
  'cluster_nodes connection_is_proxied': proxied(
    'cluster_nodes',
    isNothing,
    "'connection_is_proxied' can not be 'true' when 'cluster_nodes' is set",
  ),
  'sentinel_role connection_is_proxied': proxied(
    'sentinel_role',
    isNothing,
    "'connection_is_proxied' can not be 'true' when 'sentinel_role' is set",
  ),
  'database connection_is_proxied': proxied(
    'database',
    (database) => isNothing(database) || database === 0,
    "database must be '0' or 'null' when 'connection_is_proxied' is 'true'",
  ),
};

/** How a registry of schemas is logged into, and what that way needs. */
const registryLogin: EntityRule = (login) => {
  const { mode } = login;
  if (mode !== 'basic' && mode !== 'oauth2') return undefined;
  return isNothing(login[mode]) ? `${mode} is required when mode is ${mode}` : undefined;
};

/** Where letters go that could not be read. */
const deadLetters: EntityRule = ({ enable_dlq: enabled, dlq_topic: topic }) =>
  enabled === true && isNothing(topic) ? 'dlq_topic is required when enable_dlq is true' : undefined;

/** Two tokens in one header: the second would take the place of the first. */
const tokenHeaders: EntityRule = ({ config }) => {
  if (!isObject(config)) return undefined;
  // Defaults may not be filled in yet.
  const { access_token_upstream_header: first = 'Authorization:Bearer' } = config;
  const others = ['channel_token', 'original_access_token', 'original_channel_token'];
  const headers = [first, ...others.map((token) => config[`${token}_upstream_header`])].filter(
    (header) => typeof header === 'string',
  );
  return new Set(headers).size === headers.length ? undefined : 'upstream headers of tokens must be different';
};

const isJson = (text: Json | undefined): boolean => typeof text !== 'string' || parsedJson(text) !== undefined;

const frameSchema: EntityRule = ({ schema }) =>
  isReference(schema) || isJson(schema) ? undefined : 'schema must be valid JSON';

/** Kong's own form of a schema is a list of fields, the others are JSON Schema. */
const bodySchema: EntityRule = ({ body_schema: text, version = 'kong' }) => {
  if (typeof text !== 'string' || isReference(text)) return undefined;
  const schema = parsedJson(text);
  if (schema === undefined) return 'failed decoding schema: it is not valid JSON';
  if (version === 'kong') return Array.isArray(schema) ? undefined : 'schema should be an array';
  return isObject(schema) || typeof schema === 'boolean' ? undefined : 'schema should be an object';
};

const nodeNames: EntityRule = ({ nodes }) => {
  const names = new Set<Json>();
  for (const node of Array.isArray(nodes) ? nodes : []) {
    const name = isObject(node) ? node['name'] : undefined;
    if (typeof name !== 'string') continue;
    if (names.has(name)) return `node names must be unique: '${name}' stands twice`;
    names.add(name);
  }
  return undefined;
};

const rateLimits = ofConfig(limitsOfWindows, localSync, sharedSync, jitter);

const kafka = (name: string): Record<string, Record<string, EntityRule>> => ({
  [`plugins/${name}:config`]: {
    authentication: brokerLogin,
    'forward_method forward_uri forward_headers forward_body': forwarded,
  },
});

const dlq = 'topics enable_dlq dlq_topic';
const loginAndDlq = `authentication ${dlq}`;
const headers = [
  'config.access_token_upstream_header',
  'config.channel_token_upstream_header',
  'config.original_access_token_upstream_header',
  'config.original_channel_token_upstream_header',
].join(' ');
const signing = 'config.access_token_signing config.channel_token_signing';

/** By the place of the record, then by the fields the check is given. */
export const enterpriseRules: Readonly<Record<string, Readonly<Record<string, EntityRule>>>> = {
  'plugins/jwt-signer:': { [headers]: tokenHeaders, [`${signing} ${headers}`]: tokenHeaders },
  'plugins/request-validator:': { config: ofConfig(bodySchema) },
  'plugins/datakit:': { config: ofConfig(nodeNames) },
  'plugins/confluent-consume:config': { [dlq]: deadLetters },
  'plugins/rate-limiting-advanced:': { config: rateLimits },
  'plugins/service-protection:': { config: rateLimits },
  'plugins/graphql-rate-limiting-advanced:': { config: ofConfig(limitsOfWindows) },
  'plugins/ai-rate-limiting-advanced:': { config: ofConfig(localSync) },
  'plugins/request-validator:config.parameter_schema[]': { 'style in': parameterStyle },
  ...kafka('confluent'),
  'plugins/kafka-consume:config': {
    [loginAndDlq]: (config, judgement) => brokerLogin(config, judgement) ?? deadLetters(config, judgement),
    authentication: brokerLogin,
  },
  ...kafka('kafka-log'),
  ...kafka('kafka-upstream'),
};

/** Checks of records that stand in many plugins, by the fields they are given. */
export const enterpriseRulesAnywhere: Readonly<Record<string, EntityRule>> = {
  ...proxiedRedis,
  'mode basic oauth2': registryLogin,
  'type schema': frameSchema,
};
