import { isObject, type Json } from '../../core/json.js';
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

const rateLimits = ofConfig(limitsOfWindows, localSync, sharedSync, jitter);

const kafka = (name: string): Record<string, Record<string, EntityRule>> => ({
  [`plugins/${name}:config`]: {
    authentication: brokerLogin,
    'forward_method forward_uri forward_headers forward_body': forwarded,
  },
});

/** By the place of the record, then by the fields the check is given. */
export const enterpriseRules: Readonly<Record<string, Readonly<Record<string, EntityRule>>>> = {
  'plugins/rate-limiting-advanced:': { config: rateLimits },
  'plugins/service-protection:': { config: rateLimits },
  'plugins/graphql-rate-limiting-advanced:': { config: ofConfig(limitsOfWindows) },
  'plugins/ai-rate-limiting-advanced:': { config: ofConfig(localSync) },
  'plugins/request-validator:config.parameter_schema[]': { 'style in': parameterStyle },
  ...kafka('confluent'),
  ...kafka('kafka-consume'),
  ...kafka('kafka-log'),
  ...kafka('kafka-upstream'),
};
