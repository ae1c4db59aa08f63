import type { Json, JsonObject } from '../core/json.js';
import type { FieldFacts } from './facts.js';
import { parseUrl } from './formats/url.js';

/** How a shorthand field is spread over the fields it stands for. */
export interface Shorthand {
  /** What to set; a list of paths from the record that holds the field, each with its value. */
  expand(value: Json): { path: readonly string[]; value: Json }[];
  /** True when a value already in the new field wins: the shorthand is a deprecated name of it. */
  yields: boolean;
  /** The field to show under the old name in the Admin API's answers. */
  mirrors?: readonly string[];
  /** Of a deprecated name: a value as the field has it that replaced it. */
  reshape?(value: Json): Json;
}

const set = (fields: Record<string, Json | undefined>): { path: string[]; value: Json }[] =>
  Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [{ path: [name], value }]));

const defaultPorts: Readonly<Record<string, number>> = { http: 80, https: 443 };
const protocolsByPort: Readonly<Record<string, string>> = { '80': 'http', '443': 'https' };

function fromUrl(value: Json): { path: string[]; value: Json }[] {
  const { scheme, host, port, path } = parseUrl(String(value));
  const protocol = scheme ?? protocolsByPort[port ?? ''];
  const number = port !== undefined && /^\d+$/.test(port) ? Number(port) : port;
  return set({ protocol, host, port: number ?? defaultPorts[protocol ?? ''], path: path ?? null });
}

function fromAlgorithm(value: Json): { path: string[]; value: Json }[] {
  return set({ algorithm: value, ...(value === 'least-connections' && { hash_on: null }) });
}

function fromHashOn(value: Json): { path: string[]; value: Json }[] {
  if (value === null) return set({ hash_on: 'none' });
  return set({ hash_on: value, algorithm: value === 'none' ? 'round-robin' : 'consistent-hashing' });
}

const rename =
  (...path: string[]) =>
  (value: Json) => [{ path, value }];

/** Shorthands that Kong expands in Lua, by place; where the facts name a replacement that is followed instead. */
const known: Readonly<Record<string, Shorthand['expand']>> = {
  'services:url': fromUrl,
  'upstreams:algorithm': fromAlgorithm,
  'upstreams:hash_on': fromHashOn,
  'plugins/opentelemetry:config.endpoint': rename('traces_endpoint'),
  'plugins/session:config.cookie_lifetime': rename('rolling_timeout'),
  'plugins/session:config.cookie_idletime': rename('idling_timeout'),
  'plugins/session:config.cookie_samesite': (value) => set({ cookie_same_site: value === 'off' ? 'Default' : value }),
  'plugins/session:config.cookie_httponly': rename('cookie_http_only'),
  'plugins/session:config.cookie_persistent': rename('remember'),
  'plugins/session:config.cookie_discard': rename('stale_ttl'),
  'plugins/session:config.cookie_renew': () => [],
  'plugins/acl:config.whitelist': rename('allow'),
  'plugins/acl:config.blacklist': rename('deny'),
  'plugins/bot-detection:config.whitelist': rename('allow'),
  'plugins/bot-detection:config.blacklist': rename('deny'),
  'plugins/ip-restriction:config.whitelist': rename('allow'),
  'plugins/ip-restriction:config.blacklist': rename('deny'),
};

/** A list of `host:port` as a list of records. */
const addressList = (nameOfHost: string) => (value: Json) =>
  Array.isArray(value)
    ? value.map((address) => {
        const [host = '', port] = String(address).split(':');
        return { [nameOfHost]: host, port: Number(port ?? 0) } satisfies JsonObject;
      })
    : value;

/** Values that change their shape on the way to the field that replaced theirs. */
const reshaped: Readonly<Record<string, (value: Json) => Json>> = {
  cluster_addresses: addressList('ip'),
  sentinel_addresses: addressList('host'),
};

export function shorthandAt(place: string, name: string, { deprecation }: FieldFacts): Shorthand {
  const replaced = deprecation?.replaced_with;
  if (!replaced?.length) return { expand: known[place] ?? (() => []), yields: deprecation !== undefined };
  const reshape = reshaped[name] ?? ((value: Json) => value);
  return {
    expand: (value) => replaced.map(({ path }) => ({ path, value: reshape(value) })),
    yields: true,
    reshape,
    ...(replaced[0] && { mirrors: replaced[0].path }),
  };
}
