import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { FieldFacts } from '../../../src/schema/facts.js';
import { schemaFolder } from '../../../src/schema/folder.js';
import { formatPath, type SchemaProblem } from '../../../src/schema/problem.js';
import { validateEntity, type ValidateOptions } from '../../../src/schema/validate.js';
import { shippedFacts } from './corpus.js';
import { factsOf } from './facts.js';

const told = (problems: SchemaProblem[]): string[] =>
  problems.map(({ path, message, entity }) => `${formatPath(path)}${entity ? '@' : ''}: ${message}`).sort();

/** What is said of a value of one field, `f`. */
function ofField(field: FieldFacts, value: JsonObject[string]): string[] {
  return told(validateEntity(factsOf({ fields: { f: field } }), 'things', { f: value }, { as: 'declarative' }));
}

describe('one field', () => {
  it.each<[string, FieldFacts, JsonObject[string], string[]]>([
    ['a string of another type', { type: 'string' }, 5, ['f: expected a string']],
    ['an empty string', { type: 'string' }, '', ['f: length must be at least 1']],
    ['an empty string that may be', { type: 'string', len_min: 0 }, '', []],
    ['length in bytes', { type: 'string', len_max: 3 }, 'éé', ['f: length must be at most 3']],
    ['null for an optional field', { type: 'string' }, null, []],
    ['null for a required one', { type: 'string', required: true, default: 'x' }, null, ['f: required field missing']],
    ['a fraction for an integer', { type: 'integer' }, 1.5, ['f: expected an integer']],
    ['a whole number written with a point', { type: 'integer' }, 80.0, []],
    ['out of range', { type: 'integer', between: [0, 65535] }, 65536, ['f: value should be between 0 and 65535']],
    ['not above', { type: 'number', gt: 0 }, 0, ['f: value must be greater than 0']],
    ['a list for a set', { type: 'set', elements: { type: 'string' } }, 'a', ['f: expected a set']],
    ['an empty map for a list', { type: 'array', elements: { type: 'string' } }, {}, []],
    [
      'a map with keys 1, 2 for a list',
      { type: 'array', elements: { type: 'integer' } },
      { 1: 5, 2: 'x' },
      ['f[1]: expected an integer'],
    ],
    [
      'a member that is null',
      { type: 'array', elements: { type: 'string' } },
      [null],
      ['f[0]: required field missing'],
    ],
    ['an empty list for a record', { type: 'record', fields: { a: { type: 'string' } } }, [], []],
    [
      'an unknown field of a record',
      { type: 'record', fields: { a: { type: 'string' } } },
      { b: 1 },
      ['f.b: unknown field'],
    ],
    [
      'a map by its first wrong value',
      { type: 'map', keys: { type: 'string' }, values: { type: 'integer' } },
      { a: 1, b: 'x' },
      ['f: expected an integer'],
    ],
    ['an enum of numbers', { type: 'integer', one_of: [301, 302] }, 200, ['f: expected one of: 301, 302']],
    ['what must not be', { type: 'string', not_one_of: ['env'] }, 'env', ['f: must not be one of: env']],
    ['a pattern', { type: 'string', match: '^%u+$' }, 'get', ['f: invalid value: get']],
    [
      'patterns with words of their own',
      { type: 'string', match_none: [{ pattern: '//', err: 'no' }] },
      '/a//b',
      ['f: no'],
    ],
    ['one pattern of several', { type: 'string', match_any: { patterns: ['^/', '^~/'], err: 'no' } }, 'x', ['f: no']],
    ['an id', { type: 'string', uuid: true }, 'x', ['f: expected a valid UUID']],
    ['a regular expression', { type: 'string', is_regex: true }, '[a-', ['f: not a valid regex: [a-']],
    ['a start', { type: 'string', starts_with: '/' }, 'x', ['f: should start with: /']],
    [
      'what a list must hold',
      { type: 'array', elements: { type: 'string' }, contains: 'a' },
      ['b'],
      ['f: expected to contain: a'],
    ],
    [
      'a scope that is forbidden',
      { type: 'foreign', reference: 'others', eq: null },
      { id: 'x' },
      ['f: value must be null'],
    ],
    [
      'a scope that is demanded',
      { type: 'foreign', reference: 'others', ne: null },
      null,
      ['f: value must not be null'],
    ],
    ['a secret in a vault', { type: 'string', referenceable: true, len_max: 3 }, '{vault://env/x}', []],
    ['a vault where none is read', { type: 'string', len_max: 3 }, '{vault://env/x}', ['f: length must be at most 3']],
    [
      'words that the schema gives',
      { type: 'string', match: '^a', err: 'not a valid filename' },
      'b',
      ['f: not a valid filename'],
    ],
    [
      'sets that exclude each other',
      { type: 'set', elements: { type: 'string' }, mutually_exclusive_subsets: [['a'], ['b', 'c']] },
      ['a', 'c'],
      ["f: these sets are mutually exclusive: ('a'), ('b', 'c')"],
    ],
  ])('%s', (_, field, value, expected) => {
    expect(ofField(field, value)).toEqual(expected);
  });

  it('says what would be taken', () => {
    const facts = factsOf({ fields: { f: { type: 'string', one_of: ['a', 'b'] } } });
    expect(validateEntity(facts, 'things', { f: 'c' }, { as: 'admin' })).toEqual([
      { code: 'not-in-enum', path: ['f'], message: 'expected one of: a, b', allowed: ['a', 'b'] },
    ]);
  });
});

describe('checks over several fields', () => {
  const fields: Record<string, FieldFacts> = {
    a: { type: 'string' },
    b: { type: 'string' },
    config: { type: 'record', required: true, fields: { host: { type: 'string' }, policy: { type: 'string' } } },
  };
  const conditional = {
    conditional: {
      if_field: 'config.policy',
      if_match: { eq: 'redis' },
      then_field: 'config.host',
      then_match: { required: true },
    },
  };
  const failed = "failed conditional validation given value of field 'config.policy'";
  it.each<[string, JsonObject, JsonObject, string[]]>([
    [
      'at least one',
      { at_least_one_of: ['a', 'b'] },
      {},
      ["@: at least one of these fields must be non-empty: 'a', 'b'"],
    ],
    ['at least one, there', { at_least_one_of: ['a', 'b'] }, { b: 'x' }, []],
    [
      'exactly one',
      { only_one_of: ['a', 'b'] },
      { a: 'x', b: 'x' },
      ["@: exactly one of these fields must be non-empty: 'a', 'b'"],
    ],
    [
      'all or none',
      { mutually_required: ['a', 'b'] },
      { a: 'x' },
      ["@: all or none of these fields must be set: 'a', 'b'"],
    ],
    [
      'one or none',
      { mutually_exclusive: ['a', 'b'] },
      { a: 'x', b: 'y' },
      ["@: only one or none of these fields must be set: 'a', 'b'"],
    ],
    [
      'groups',
      { mutually_exclusive_sets: { set1: ['a'], set2: ['b'] } },
      { a: 'x', b: 'y' },
      ["@: these sets are mutually exclusive: ('a'), ('b')"],
    ],
    [
      'distinct',
      { distinct: ['a', 'b'] },
      { a: 'x', b: 'x' },
      ["@: values of these fields must be distinct: 'a', 'b'"],
    ],
    [
      'a condition met',
      conditional,
      { config: { policy: 'redis' } },
      ['config.host: required field missing', `@: ${failed}`],
    ],
    ['a condition not met', conditional, { config: { policy: 'local' } }, []],
    ['a condition on nothing', conditional, { config: { host: 'h' } }, []],
    ['not of a field that is wrong', { mutually_required: ['a', 'b'] }, { a: 5 }, ['a: expected a string']],
  ])('%s', (_, check, value, expected) => {
    const facts = factsOf({ fields, entity_checks: [check] });
    expect(told(validateEntity(facts, 'things', value, { as: 'admin' }))).toEqual([...expected].sort());
  });

  it('words a change of part of an entity otherwise', () => {
    const facts = factsOf({ fields, entity_checks: [{ at_least_one_of: ['a', 'b'] }] });
    expect(told(validateEntity(facts, 'things', { a: null, b: null }, { as: 'admin', update: true }))).toEqual([
      "@: when updating, at least one of these fields must be non-empty: 'a', 'b'",
    ]);
  });

  it('asks nothing of what a change leaves out', () => {
    const facts = factsOf({ fields: { ...fields, a: { type: 'string', required: true } } });
    expect(validateEntity(facts, 'things', {}, { as: 'admin', update: true })).toEqual([]);
  });
});

/** A plugin that counts in windows, and what is said of it. */
const rateLimits = (config: JsonObject, message?: string): [string, JsonObject, string[]][] => [
  [
    'plugins',
    { name: 'rate-limiting-advanced', config: { limit: [5], window_size: [60], ...config } },
    message === undefined ? [] : [`@: ${message}`],
  ],
];

const parameter = (where: string, style: string): JsonObject => ({
  in: where,
  name: 'p',
  required: true,
  style,
  explode: false,
  schema: '{"type": "string"}',
});

describe('shipped facts', () => {
  const facts = shippedFacts('3.9');
  const judge = (kind: string, value: JsonObject, options: Partial<ValidateOptions> = {}): string[] =>
    told(validateEntity(facts, kind, value, { as: 'declarative', ...options }));

  it.each<[string, JsonObject, string[]]>([
    ['services', { url: 'http://h.com:81/p' }, []],
    ['services', { url: 'not a url' }, ['host: required field missing', 'path: should start with: /']],
    ['services', { host: 'a_b' }, []],
    ['services', { host: 'h:80' }, ['host: must not have a port']],
    [
      'services',
      { host: 'h', path: '/ü' },
      ["path: invalid path: '/ü' (characters outside of the reserved list of RFC 3986 found)"],
    ],
    ['services', { host: 'h', name: 'größe' }, []],
    ['services', { host: 'h', updated_at: 'whatever' }, []],
    ['routes', { paths: ['/%61'] }, ["paths[0]: non-normalized path, consider use '/a' instead"]],
    ['routes', { paths: ['/a/../b'] }, ["paths[0]: non-normalized path, consider use '/b' instead"]],
    ['routes', { protocols: [] }, ['protocols: unknown type: nil']],
    [
      'routes',
      { protocols: ['tcp'], paths: ['/x'], snis: ['a.com'] },
      [
        "paths: cannot set 'paths' when 'protocols' is 'tcp', 'tls', 'tls_passthrough' or 'udp'",
        'snis: length must be 0',
        "@: 'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'",
      ],
    ],
    [
      'routes',
      { protocols: ['grpc'], paths: ['/x'], strip_path: true },
      ["strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or 'grpcs'"],
    ],
    ['consumers', {}, ["@: at least one of these fields must be non-empty: 'custom_id', 'username'"]],
    [
      'plugins',
      { name: 'nope', bogus: 1 },
      ["name: plugin 'nope' not enabled; add it to the 'plugins' configuration property"],
    ],
    ['plugins', { name: 'cors', consumer: 'alice' }, ['consumer: value must be null']],
    ['plugins', { name: 'cors', protocols: [] }, []],
    [
      'plugins',
      { name: 'request-termination', config: { trigger: 'a b' } },
      ["config.trigger: bad header name 'a b', allowed characters are A-Z, a-z, 0-9, '_', and '-'"],
    ],
    [
      'plugins',
      { name: 'aws-lambda', config: { function_name: 'f', aws_region: 'eu west' } },
      ['config.aws_region: invalid value: eu west'],
    ],
    [
      'plugins',
      { name: 'rate-limiting', config: { minute: 5, redis_port: 'abc' } },
      ['config.redis_port: expected an integer'],
    ],
    [
      'plugins',
      { name: 'rate-limiting', config: { second: 10, minute: 5 } },
      ['config: The limit for minute(5.0) cannot be lower than the limit for second(10.0)'],
    ],
    [
      'plugins',
      { name: 'rate-limiting', config: { minute: 5, redis_host: 'a', redis: { host: 'b' } } },
      [
        'config.redis_host: both deprecated and new field are used but their values mismatch: redis_host = a vs redis.host = b',
      ],
    ],
    [
      'upstreams',
      { name: 'u', hash_on: 'header' },
      ['hash_on_header: required field missing', "@: failed conditional validation given value of field 'hash_on'"],
    ],
    ['targets', { upstream: 'u', target: 'h:' }, ["target: Invalid target ('h:'); not a valid hostname or ip address"]],
    ['vaults', { name: 'env', prefix: 'env' }, ['prefix: must not be one of: env']],
    ['vaults', { name: 'hcv', prefix: 'my-hcv', config: { anything: 1 } }, []],
    ['keys', { kid: 'k', jwk: '{"kid":"other"}' }, ['@: kid in jwk.kid must be equal to keys.kid']],
    ['keyauth_credentials', { consumer: 'c', key: 'k', ttl: 5 }, []],
    ['nothing_known', { any: 1 }, []],
    ['plugins', { name: 'request-transformer', config: { add: { body: ['a:1', 'b::2'] } } }, []],
    [
      'plugins',
      { name: 'request-transformer', config: { add: { body: ['a'], querystring: ['b:'] } } },
      ["config.add.body[0]: key 'a' has no value", "config.add.querystring[0]: key 'b' has no value"],
    ],
    ['plugins', { name: 'acme', config: { account_email: 'a@b.c', domains: ['*.a.com', 'a.com'] } }, []],
    [
      'plugins',
      {
        name: 'acme',
        config: { account_email: 'a@b.c', domains: ['a b'], storage_config: { shm: { shm_name: 'x' } } },
      },
      ['config.domains[0]: invalid hostname: a b'],
    ],
    ['plugins', { name: 'proxy-cache', config: { strategy: 'memory', memory: { dictionary_name: 'kong' } } }, []],
    ['plugins', { name: 'proxy-cache', config: { strategy: 'memory', memory: { dictionary_name: 'mine' } } }, []],
    [
      'plugins',
      { name: 'rate-limiting-advanced', config: { limit: [5, 6], window_size: [60], sync_rate: -1 } },
      ['@: You must provide the same number of windows and limits'],
    ],
    ...rateLimits({ strategy: 'local', sync_rate: -1 }),
    ...rateLimits({ sync_rate: 1 }, 'sync_rate cannot be configured when using a local strategy'),
    ...rateLimits({ strategy: 'redis' }, 'sync_rate is required if not using a local strategy'),
    ...rateLimits(
      { strategy: 'cluster', sync_rate: 0.01 },
      "Config option 'sync_rate' must not be a decimal between 0 and 0.02",
    ),
    ...rateLimits({ retry_after_jitter_max: -1 }, 'Non-negative retry_after_jitter_max value is expected'),
    [
      'plugins',
      { name: 'kafka-upstream', config: { topic: 't', forward_body: false } },
      ['config@: at least one of these must be true: forward_method, forward_uri, forward_headers, forward_body'],
    ],
    [
      'plugins',
      {
        name: 'kafka-log',
        config: { topic: 't', authentication: { strategy: 'sasl', mechanism: 'PLAIN', user: 'u' } },
      },
      ['config@: if authentication strategy is SASL and mechanism is PLAIN you have to set user and password'],
    ],
    [
      'plugins',
      {
        name: 'request-validator',
        config: { parameter_schema: [parameter('query', 'matrix'), parameter('path', 'matrix')] },
      },
      ["config.parameter_schema[0]@: style 'matrix' not supported 'query' parameter"],
    ],
    [
      'plugins',
      {
        name: 'ai-proxy',
        config: {
          route_type: 'llm/v1/completions',
          model: { provider: 'anthropic', options: { anthropic_version: '1' } },
          logging: { log_statistics: true },
        },
      },
      ['config@: anthropic does not support statistics when route_type is llm/v1/completions'],
    ],
    [
      'filter_chains',
      { service: 's', filters: [{ name: 'mine' }] },
      ['filters[0].name: no such filter', '@: wasm support is not enabled'],
    ],
  ])('%s %j', (kind, value, expected) => {
    expect(judge(kind, value)).toEqual([...expected].sort());
  });

  it('tells a reference by name from one by id, as file and Admin API do', () => {
    const route = { paths: ['/x'], service: 'svc' };
    expect(judge('routes', route)).toEqual([]);
    expect(judge('routes', route, { as: 'admin' })).toEqual(['service.id: missing primary key']);
    expect(judge('routes', { ...route, service: { name: 'svc' } })).toEqual(['service.id: missing primary key']);
    expect(judge('routes', { ...route, service: { id: 'bad' } })).toEqual(['service.id: expected a valid UUID']);
  });

  it('lets a plugin stand inside a parent that its scope forbids', () => {
    expect(judge('plugins', { name: 'cors' }, { parent: 'consumer' })).toEqual([]);
    expect(judge('keyauth_credentials', { key: 'k' })).toEqual(['consumer: required field missing']);
    expect(judge('keyauth_credentials', { key: 'k' }, { parent: 'consumer' })).toEqual([]);
  });

  it('takes a second reference inside a parent only where there is a database', () => {
    const plugin = { name: 'key-auth', route: 'r' };
    expect(judge('plugins', plugin, { parent: 'service' })).toEqual([]);
    expect(judge('plugins', plugin, { parent: 'service', dbless: true })).toEqual(['route: value must be null']);
  });

  it('knows the memory of Kong alone when it answers as a gateway', () => {
    const cache = { name: 'proxy-cache', config: { strategy: 'memory', memory: { dictionary_name: 'mine' } } };
    expect(judge('plugins', cache, { as: 'admin' })).toEqual(["@: missing shared dict 'mine'"]);
    const acme = { name: 'acme', config: { account_email: 'a@b.c', storage_config: { shm: { shm_name: 'x' } } } };
    expect(judge('plugins', acme, { as: 'admin' })).toEqual([
      'config.storage_config.shm.shm_name: custom validation failed',
    ]);
  });

  it('refuses without a database what needs one', () => {
    const plugin = { name: 'rate-limiting', config: { minute: 5, policy: 'cluster' } };
    expect(judge('plugins', plugin)).toEqual([]);
    expect(judge('plugins', plugin, { dbless: true })).toEqual(['config.policy: expected one of: local, redis']);
    const acme = { name: 'acme', config: { account_email: 'a@b.c', storage: 'kong' } };
    expect(judge('plugins', acme)).toEqual([]);
    expect(judge('plugins', acme, { dbless: true })).toEqual([`@: "kong" storage can't be used with dbless mode`]);
  });

  it('answers a bad shorthand as the Admin API does: by its bare name, alone', () => {
    const plugin = { name: 'rate-limiting', bogus: 1, config: { redis_port: 'abc' } };
    expect(judge('plugins', plugin, { as: 'admin' })).toEqual(['redis_port: expected an integer']);
  });

  it('asks a crypto library where one is lent', () => {
    const body = 'QUJDREVGR0hJSktMTU5PUA==';
    const value = {
      cert: `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----`,
      key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`,
    };
    expect(judge('certificates', value)).toEqual([]);
    const crypto = { certificate: () => 'invalid certificate: told so', pair: () => 'certificate does not match key' };
    expect(judge('certificates', value, { crypto })).toEqual(['cert: invalid certificate: told so']);
    expect(judge('certificates', value, { crypto: { pair: crypto.pair } })).toEqual([
      '@: certificate does not match key',
    ]);
    const both = { ...value, cert_alt: value.cert, key_alt: value.key };
    expect(judge('certificates', both, { crypto: { differentTypes: () => 'of the same type' } })).toEqual([
      '@: of the same type',
    ]);
  });

  it('never throws, and names a place for each problem', () => {
    const kinds = Object.entries(facts.entities).map(([kind, { fields }]) => ({ kind, fields: Object.keys(fields) }));
    const plugins = Object.keys(facts.plugins);
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds).chain(({ kind, fields }) =>
          fc.record({
            kind: fc.constant(kind),
            value: fc.dictionary(fc.oneof(fc.constantFrom(...fields), fc.string()), fc.jsonValue()),
          }),
        ),
        fc.constantFrom(...plugins),
        fc.boolean(),
        ({ kind, value }, plugin, update) => {
          const given = { ...value, ...(kind === 'plugins' && { name: plugin }) } as JsonObject;
          const before = structuredClone(given);
          for (const as of ['declarative', 'admin'] as const) {
            for (const problem of validateEntity(facts, kind, given, { as, update })) {
              expect(problem.path.length > 0 || problem.entity).toBe(true);
            }
          }
          expect(given).toEqual(before);
        },
      ),
    );
  });
});

it('secrets of the environment may be base64 from 3.11 on', async () => {
  const value = { name: 'env', prefix: 'mine', config: { base64_decode: true } };
  const judge = async (version: string): Promise<string[]> =>
    told(validateEntity(await schemaFolder('schemas').facts(version), 'vaults', value, { as: 'declarative' }));
  expect(await judge('3.10')).toEqual(['config.base64_decode: unknown field']);
  expect(await judge('3.12')).toEqual([]);
});
