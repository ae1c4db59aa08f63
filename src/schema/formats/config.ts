import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { isNonempty } from '../lua.js';
import { ofString, type Format } from './format.js';
import { pcreFault } from './pcre.js';
import { templateFault } from './template.js';
import { parseUrl } from './url.js';

/** What plugins check of their own configuration. */

export const asteriskOrRegex = ofString((value) =>
  value === '*' || pcreFault(value) === undefined ? undefined : `'${value}' is not a valid regex`,
);

const headerFault = (name: string): string | undefined =>
  /^[A-Za-z0-9_-]+$/.test(name) ? undefined : `'${name}' is not a valid header`;

/** `name` or `name:value`. */
export const header = ofString((value) => headerFault(/^[^:]+/.exec(value)?.[0] ?? value));

/** `old:new`: both are names. */
export const renamedHeader = ofString((value) => {
  const [, old = value, renamed = ''] = /^([^:]+):*(.*)$/s.exec(value) ?? [];
  return headerFault(old) ?? headerFault(renamed);
});

/** `key:value`, with as many colons as one likes; the value is a template. */
export const keyWithValue = ofString((entry) => {
  const [, key = '', value = ''] = /^([^:]+):*([^]*)$/.exec(entry) ?? [];
  return value === '' ? `key '${key}' has no value` : templateFault(value);
});

/** A value that placeholders may stand in. */
export const template = ofString(templateFault);

export const distinctNames: Format = (value) => {
  const seen = new Set<Json>();
  for (const tag of Array.isArray(value) ? value : []) {
    const name = isObject(tag) ? (tag.name ?? null) : null;
    if (name !== null && seen.has(name)) return `repeated tags are not allowed: ${String(name)}`;
    seen.add(name);
  }
  return undefined;
};

const periods = ['second', 'minute', 'hour', 'day', 'month', 'year'];

/** A longer period cannot allow less than a shorter one. */
function periodFault(config: JsonObject): string | undefined {
  for (const [index, lower] of periods.entries()) {
    const limit = config[lower];
    if (typeof limit !== 'number') continue;
    for (const upper of periods.slice(index + 1)) {
      const above = config[upper];
      if (typeof above !== 'number' || above >= limit) continue;
      return `limit for ${upper}(${above.toFixed(1)}) cannot be lower than the limit for ${lower}(${limit.toFixed(1)})`;
    }
  }
  return undefined;
}

export const rateLimits: Format = (config) => {
  if (!isObject(config)) return undefined;
  const fault = periodFault(config);
  if (fault !== undefined) return `The ${fault}`;
  const { sync_rate: rate } = config;
  if (typeof rate !== 'number' || rate === -1) return undefined;
  if (config.policy !== 'redis') return 'sync_rate can only be used with the redis policy';
  return rate < 0.02 ? 'sync_rate must be greater than 0.02, or -1 to disable' : undefined;
};

export const responseLimits: Format = (limits) => {
  const fault = isObject(limits) ? periodFault(limits) : undefined;
  return fault === undefined ? undefined : `the ${fault}`;
};

export const termination: Format = (config) => {
  if (!isObject(config)) return undefined;
  const typed = isNonempty(config.content_type);
  const bodied = isNonempty(config.body);
  if (isNonempty(config.message) && (typed || bodied)) return 'message cannot be used with content_type or body';
  if (typed && !bodied) return 'content_type requires a body';
  return config.echo === true && (typed || bodied) ? 'echo cannot be used with content_type and body' : undefined;
};

/** A login in the address becomes the header that is given by hand, too. */
export const oneLogin: Format = (config) => {
  if (!isObject(config) || typeof config.http_endpoint !== 'string' || !isObject(config.headers)) return undefined;
  const isGiven = Object.keys(config.headers).some((name) => name.toLowerCase() === 'authorization');
  if (!isGiven || parseUrl(config.http_endpoint).login === undefined) return undefined;
  return "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed";
};

const grants = [
  'enable_authorization_code',
  'enable_implicit_grant',
  'enable_client_credentials',
  'enable_password_grant',
];

export const oauthGrants: Format = (config) =>
  !isObject(config) || grants.some((grant) => config[grant] === true)
    ? undefined
    : `at least one of these fields must be true: ${grants.join(', ')}`;
