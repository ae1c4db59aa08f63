import type { FieldFacts } from './facts.js';
import { compareVersions } from './source.js';

type Subschema = Pick<FieldFacts, 'fields' | 'entity_checks'>;

const listed = 'set';

const none = (type: 'array' | 'set' | 'map', err: string): FieldFacts => ({ type, eq: null, err });

const refused = (protocols: string, types: Record<string, 'array' | 'set' | 'map'>): Record<string, FieldFacts> =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      none(type, `cannot set '${name}' when 'protocols' is ${protocols}`),
    ]),
  );

const atLeastOne = (protocol: string, then: string[], other: string, otherwise: string[]) => ({
  conditional_at_least_one_of: {
    if_field: 'protocols',
    if_match: { contains: protocol },
    then_at_least_one_of: then,
    then_err: `must set one of %s when 'protocols' is '${protocol}'`,
    else_match: { contains: other },
    else_then_at_least_one_of: otherwise,
    else_then_err: `must set one of %s when 'protocols' is '${other}'`,
  },
});

const http: Subschema = {
  fields: refused("'http' or 'https'", { sources: listed, destinations: listed }),
  entity_checks: [
    atLeastOne('https', ['methods', 'hosts', 'headers', 'paths', 'snis'], 'http', [
      'methods',
      'hosts',
      'headers',
      'paths',
    ]),
  ],
};

const stream: Subschema = {
  fields: refused("'tcp', 'tls', 'tls_passthrough' or 'udp'", {
    methods: listed,
    hosts: 'array',
    paths: 'array',
    headers: 'map',
  }),
  entity_checks: [
    {
      conditional_at_least_one_of: {
        if_field: 'protocols',
        if_match: { elements: { type: 'string', one_of: ['tcp', 'tls', 'udp'] } },
        then_at_least_one_of: ['sources', 'destinations', 'snis'],
        then_err: "must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'",
      },
    },
    {
      conditional_at_least_one_of: {
        if_field: 'protocols',
        if_match: { elements: { type: 'string', one_of: ['tls_passthrough'] } },
        then_at_least_one_of: ['snis'],
        then_err: "must set snis when 'protocols' is 'tls_passthrough'",
      },
    },
  ],
};

const grpc: Subschema = {
  fields: {
    strip_path: {
      type: 'boolean',
      required: true,
      default: false,
      ne: true,
      err: "cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'",
    },
    ...refused("'grpc' or 'grpcs'", { methods: listed, sources: listed, destinations: listed }),
  },
  entity_checks: [atLeastOne('grpcs', ['hosts', 'headers', 'paths', 'snis'], 'grpc', ['hosts', 'headers', 'paths'])],
};

/** What a route of each protocol may and must have. The first of its protocols decides. Not part of Kong's `/schemas/routes`. */
export const routeSubschemas: Readonly<Record<string, Subschema>> = {
  http,
  https: http,
  tcp: stream,
  tls: stream,
  udp: stream,
  tls_passthrough: stream,
  grpc,
  grpcs: grpc,
};

const config = (fields: Record<string, FieldFacts>): Subschema => ({
  fields: { config: { type: 'record', required: true, fields } },
});

const prefix: FieldFacts = { type: 'string', match: '^[%a_][%a%d_]*$' };

/** Vaults there are. Of those of the Enterprise gateway the configuration is not known, and so not judged. */
const vaults: Readonly<Record<string, Subschema>> = {
  env: config({ prefix }),
  aws: {},
  azure: {},
  conjur: {},
  gcp: {},
  hcv: {},
  konnect: {},
};

const envSince311 = config({ prefix, base64_decode: { type: 'boolean' } });

/** What a vault of a name may have in a version; undefined for one that there is not. */
export function vaultSubschema(name: string, version: string): Subschema | undefined {
  if (name === 'env' && compareVersions(version, '3.11') >= 0) return envSince311;
  return Object.hasOwn(vaults, name) ? vaults[name] : undefined;
}
