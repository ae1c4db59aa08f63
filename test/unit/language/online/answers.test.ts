import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../../src/core/json.js';
import { complaintsInFields } from '../../../../src/language/online/complaint.js';
import { complaintsInDeckText } from '../../../../src/language/online/deckText.js';
import { complaintsInFlattened } from '../../../../src/language/online/flattenedErrors.js';
import { complaintsInKongText } from '../../../../src/language/online/kongText.js';
import type { Complaint } from '../../../../src/language/online/complaint.js';
import { buildModel } from '../../../../src/language/model.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { formatPath, type Path } from '../../../../src/schema/problem.js';
import { kongFacts } from '../../../helpers/practiceClient.js';

const facts = await kongFacts('3.9');
const entitiesOf = (file: JsonObject, kind: FileKind) => buildModel(file, kind, facts).entities;
const told = (complaints: readonly Complaint[] | undefined): string[] | undefined =>
  complaints?.map(({ path, message, entity }) => `${formatPath(path)}${entity ? ' @' : ''}: ${message}`).sort();

/** As Kong 3.9.3 answered of this file: the same problems in its three forms. */
const file: JsonObject = {
  _format_version: '3.0',
  foo: 1,
  services: [
    { name: 'ok', host: 'h.test' },
    {
      name: 'bad',
      host: 'h.test',
      port: 70000,
      routes: [
        {
          name: 'rbad',
          paths: ['/good', 'nope'],
          plugins: [
            { name: 'rate-limiting', config: { minute: 'x', bogus: 1, redis: { port: 'y' } } },
            { name: 'nope' },
          ],
        },
      ],
    },
  ],
  consumers: [{ username: 'c', jwt_secrets: [{ algorithm: 'RS256', key: 'k' }] }, {}],
};
const wrong = [
  "consumers[0].jwt_secrets[0] @: failed conditional validation given value of field 'algorithm'",
  'consumers[0].jwt_secrets[0].rsa_public_key: required field missing',
  "consumers[1] @: at least one of these fields must be non-empty: 'custom_id', 'username'",
  'foo: unknown field',
  'services[1].port: value should be between 0 and 65535',
  'services[1].routes[0].paths[1]: should start with: / (fixed path) or ~/ (regex path)',
  'services[1].routes[0].plugins[0].config.bogus: unknown field',
  'services[1].routes[0].plugins[0].config.minute: expected a number',
  'services[1].routes[0].plugins[0].config.redis.port: expected an integer',
  "services[1].routes[0].plugins[1].name: plugin 'nope' not enabled; add it to the 'plugins' configuration property",
].sort();

const conditional = "failed conditional validation given value of field 'algorithm'";
const atLeast = "at least one of these fields must be non-empty: 'custom_id', 'username'";
const notEnabled = "plugin 'nope' not enabled; add it to the 'plugins' configuration property";
const start = 'should start with: / (fixed path) or ~/ (regex path)';

describe('the tree of problems that the Admin API answers', () => {
  const fields: JsonObject = {
    foo: 'unknown field',
    consumers: [
      { jwt_secrets: [{ '@entity': [conditional], rsa_public_key: 'required field missing' }] },
      { '@entity': [atLeast] },
    ],
    services: [
      null,
      {
        port: 'value should be between 0 and 65535',
        routes: [
          {
            paths: [null, start],
            plugins: [
              {
                config: { redis: { port: 'expected an integer' }, minute: 'expected a number', bogus: 'unknown field' },
              },
              { name: notEnabled },
            ],
          },
        ],
      },
    ],
  };

  test('leads to the places it is about', () => {
    expect(told(complaintsInFields(fields, file))).toEqual(wrong);
  });

  test('counts from 1 where lists come as maps, as Lua writes those with holes', () => {
    const sparse = { paths: { '2': start } };
    expect(told(complaintsInFields(sparse, { paths: ['/a', 'b'] }))).toEqual([`paths[1]: ${start}`]);
    expect(told(complaintsInFields({ headers: { '2': 'no' } }, { headers: { '2': [] } }))).toEqual(['headers.2: no']);
  });

  test('takes a list of problems of one value for just that, and names of members for members', () => {
    const tree = { routes: { r: ["invalid reference 'service: nope' (no such entry in 'services')"] } };
    const routes = { routes: [{ name: 'q' }, { name: 'r', service: 'nope' }] };
    expect(told(complaintsInFields(tree, routes))).toEqual([
      "routes[1]: invalid reference 'service: nope' (no such entry in 'services')",
    ]);
    expect(told(complaintsInFields({ name: ['a', 'b'] }, { name: 'x' }))).toEqual(['name: a', 'name: b']);
  });

  test.each<[string, () => Json]>([
    ['is deeper than any value', () => JSON.parse(`${'{"a":'.repeat(3000)}"x"${'}'.repeat(3000)}`) as Json],
    ['has no end', () => Array.from({ length: 200_000 }, () => 'no')],
    ['is of another shape', () => [1, true, null, { '@entity': { a: { b: 'x' } } }]],
  ])('comes to an end where it %s', (_, make) => {
    expect(complaintsInFields(make(), {}).length).toBeLessThanOrEqual(5000);
  });
});

describe('the text of kong config parse', () => {
  const text = `2026/11/21 03:48:07 [warn] 20694#20694: found and cleared 1 stale readers from LMDB
Error: Failed parsing:
in 'foo': unknown field
in 'consumers':
  - in entry 1 of 'consumers':
    in 'jwt_secrets':
      - in entry 1 of 'jwt_secrets':
        in '@entity':
          - in entry 1 of '@entity': ${conditional}
        in 'rsa_public_key': required field missing
  - in entry 2 of 'consumers':
    in '@entity':
      - in entry 1 of '@entity': ${atLeast}
in 'services':
  - in entry 2 of 'services':
    in 'routes':
      - in entry 1 of 'routes':
        in 'plugins':
          - in entry 1 of 'plugins':
            in 'config':
              in 'minute': expected a number
              in 'bogus': unknown field
              in 'redis':
                in 'port': expected an integer
          - in entry 2 of 'plugins':
            in 'name': ${notEnabled}
        in 'paths':
          - in entry 2 of 'paths': ${start}
    in 'port': value should be between 0 and 65535

  Run with --v (verbose) or --vv (debug) for more details
`;

  test('leads to the same places as the answer of the Admin API', () => {
    expect(told(complaintsInKongText(text, file))).toEqual(wrong);
    expect(told(complaintsInKongText(text.replaceAll('\n', '\r\n'), file))).toEqual(wrong);
  });

  test('is read without what Kong says of itself', () => {
    const verbose = `Error: \n./kong/cmd/config.lua:108: Failed parsing:\nin 'foo': unknown field\nstack traceback:\n\t[C]: in function 'error'\n\t./kong/cmd/init.lua:31: in function <./kong/cmd/init.lua:15>\n`;
    expect(told(complaintsInKongText(verbose, file))).toEqual(['foo: unknown field']);
  });

  test('names members by name, or by place with a whole sentence', () => {
    const reference =
      "Error: Failed parsing:\nin 'routes':\n  in 'r':\n    - in entry 1 of 'r': invalid reference 'service: nope' (no such entry in 'services')\n";
    expect(told(complaintsInKongText(reference, { routes: [{ name: 'r' }] }))).toEqual([
      "routes[0]: invalid reference 'service: nope' (no such entry in 'services')",
    ]);
    const twice =
      "Error: Failed parsing:\nin 'services':\n  - in entry 2 of 'services': uniqueness violation: 'services' entity with name set to 'a' already declared\n";
    expect(told(complaintsInKongText(twice, { services: [{ name: 'a' }, { name: 'a' }] }))).toEqual([
      "services[1]: uniqueness violation: 'services' entity with name set to 'a' already declared",
    ]);
  });

  test('has a line and column where the file is no YAML', () => {
    const syntax =
      "Error: Failed parsing:\nfailed parsing declarative configuration: 1:5: did not find expected ',' or ']'\n";
    expect(complaintsInKongText(syntax, undefined)).toEqual([
      { path: [], message: "did not find expected ',' or ']'", position: { line: 0, character: 4 } },
    ]);
    const object = 'Error: Failed parsing:\nfailed parsing declarative configuration: expected an object\n';
    expect(told(complaintsInKongText(object, undefined))).toEqual([
      ': failed parsing declarative configuration: expected an object',
    ]);
  });

  test('is no verdict where it is about something else', () => {
    expect(complaintsInKongText('Error: no file at: /nothere.conf\n', file)).toBeUndefined();
    expect(complaintsInKongText('', file)).toBeUndefined();
    const lost = 'Error: Failed parsing:\n/data/nothere.yaml: No such file or directory\n';
    expect(complaintsInKongText(lost, file)).toBeUndefined();
  });
});

describe('flattened_errors of a DB-less gateway', () => {
  const services = file['services'] as JsonObject[];
  const bad = services[1] as JsonObject;
  const answer: JsonObject = {
    code: 14,
    name: 'invalid declarative configuration',
    fields: { foo: 'unknown field' },
    flattened_errors: [
      {
        entity_type: 'plugin',
        entity_name: 'rate-limiting',
        entity: { name: 'rate-limiting', config: { minute: 'x', bogus: 1, redis: { port: 'y' } } },
        errors: [
          { type: 'field', field: 'config.redis.port', message: 'expected an integer' },
          { type: 'field', field: 'config.minute', message: 'expected a number' },
          { type: 'field', field: 'config.bogus', message: 'unknown field' },
        ],
      },
      {
        entity_type: 'plugin',
        entity_name: 'nope',
        entity: { name: 'nope' },
        errors: [{ type: 'field', field: 'name', message: notEnabled }],
      },
      {
        entity_type: 'route',
        entity_name: 'rbad',
        entity: { name: 'rbad', paths: ['/good', 'nope'] },
        errors: [{ type: 'field', field: 'paths.2', message: start }],
      },
      {
        entity_type: 'service',
        entity_name: 'bad',
        entity: { name: bad['name'] as string, host: 'h.test', port: 70000 },
        errors: [{ type: 'field', field: 'port', message: 'value should be between 0 and 65535' }],
      },
      { entity_type: 'consumer', entity: {}, errors: [{ type: 'entity', message: atLeast }] },
      {
        entity_type: 'jwt_secret',
        entity: { algorithm: 'RS256', key: 'k' },
        errors: [
          { type: 'field', field: 'rsa_public_key', message: 'required field missing' },
          { type: 'entity', message: conditional },
        ],
      },
    ],
  };

  test('lead to the same places as the tree', () => {
    expect(told(complaintsInFlattened(answer, file, entitiesOf(file, 'dbless')))).toEqual(wrong);
  });

  test('tell entities that are alike apart by order, and keys with dots by the file', () => {
    const twins: JsonObject = {
      plugins: [
        { name: 'cors', config: { 'a.b': 1 } },
        { name: 'cors', config: { 'a.b': 1 } },
      ],
    };
    const one = {
      entity_type: 'plugin',
      entity: { name: 'cors', config: { 'a.b': 1 } },
      errors: [{ type: 'field', field: 'config.a.b', message: 'unknown field' }],
    };
    const found = complaintsInFlattened({ flattened_errors: [one, one] }, twins, entitiesOf(twins, 'dbless'));
    expect(found.map(({ path }) => path)).toEqual([
      ['plugins', 0, 'config', 'a.b'],
      ['plugins', 1, 'config', 'a.b'],
    ]);
  });

  test('tell entities of one id apart by what else they say', () => {
    const id = '00000000-0000-4000-8000-000000000001';
    const twice: JsonObject = {
      services: [
        { id, name: 'a', host: 'h' },
        { id, name: 'b', host: 'h2' },
      ],
    };
    const error = {
      entity_type: 'service',
      entity_id: id,
      entity: { id, name: 'b', host: 'h2' },
      errors: [{ type: 'entity', message: 'already declared' }],
    };
    const found = complaintsInFlattened({ flattened_errors: [error] }, twice, entitiesOf(twice, 'dbless'));
    expect(told(found)).toEqual(['services[1] @: already declared']);
  });

  test('of an entity that is not in the file are about the file, never lost', () => {
    const stranger = { entity_type: 'vault', entity: {}, errors: [{ type: 'field', field: 'prefix', message: 'no' }] };
    expect(told(complaintsInFlattened({ flattened_errors: [stranger, 5, null] }, file, []))).toEqual(['prefix: no']);
  });
});

describe('the text of decK', () => {
  const state: JsonObject = {
    services: [{ name: 'svc1', port: 70000, plugins: [{ name: 'rate-limiting', config: { second: 1 } }] }],
    plugins: [{ name: 'rate-limiting', config: { minute: 'many' } }, { name: 'no-such-plugin' }],
    consumers: [{ username: 'a', keyauth_credentials: [{ key: '0123456789' }] }],
  };
  const read = (text: string) => {
    const { complaints, ...rest } = complaintsInDeckText(text, state, entitiesOf(state, 'deck'));
    return { told: told(complaints), complaints, ...rest };
  };

  test('of gateway validate: kinds, names and Kong’s message', () => {
    const text = `Error: validate entity 'plugins (no-such-plugin)': HTTP status 400 (message: "schema violation (name: plugin 'no-such-plugin' not enabled; add it to the 'plugins' configuration property)")
validate entity 'plugins (rate-limiting)': HTTP status 400 (message: "2 schema violations (config.minute: expected a number; config.q: unknown field)")
validate entity 'services (svc1)': HTTP status 400 (message: "schema violation (port: value should be between 0 and 65535)")
`;
    const doubt = '(decK names 2 entities alike; this may be another of them.)';
    expect(read(text).told).toEqual([
      `plugins[0].config.minute: expected a number ${doubt}`,
      "plugins[1].name: plugin 'no-such-plugin' not enabled; add it to the 'plugins' configuration property",
      'services[0].plugins[0].config.q: unknown field '.replace(/ $/, '') + ` ${doubt}`,
      'services[0].port: value should be between 0 and 65535',
    ]);
  });

  test('of entities that are called alike is about the one that is suspect', () => {
    const text = `Error: validate entity 'plugins (rate-limiting)': HTTP status 400 (message: "schema violation (config: no)")\n`;
    const suspects = new Set(['plugins[0].config']);
    const isSuspect = (path: Path): boolean => suspects.has(formatPath(path));
    const { complaints } = complaintsInDeckText(text, state, entitiesOf(state, 'deck'), isSuspect);
    expect(told(complaints)).toEqual(['plugins[0].config: no']);
    suspects.clear();
    suspects.add('services[0].plugins[0].config');
    expect(told(complaintsInDeckText(text, state, entitiesOf(state, 'deck'), isSuspect).complaints)).toEqual([
      'services[0].plugins[0].config: no',
    ]);
  });

  test('of its own schema, new words and old', () => {
    const fresh = `Error: 1 errors occurred:
	reading file unknown-field.yaml: validating file content: 2 errors occurred:
	validation error: object=1, err=(root): Additional property foo is not allowed
	validation error: object=1, err=services.0: Additional property bogus is not allowed

`;
    const places = [
      'foo: Additional property foo is not allowed',
      'services[0].bogus: Additional property bogus is not allowed',
    ];
    expect(read(fresh)).toMatchObject({ told: places, others: [] });
    const old = `Error: reading file: validating file content: 2 errors occurred:
	(root): Additional property foo is not allowed
	services.0: Additional property bogus is not allowed
`;
    expect(read(old)).toMatchObject({ told: places, others: [] });
  });

  test('of YAML: a line', () => {
    const text = `Error: 1 errors occurred:
	reading file a.yaml: validating file content: unmarshaling file content: error converting YAML to JSON: yaml: line 4: did not find expected ',' or ']'
`;
    expect(read(text).complaints).toEqual([
      { path: [], message: "did not find expected ',' or ']'", position: { line: 3, character: 0 } },
    ]);
  });

  test('of a kind that the gateway does not have, and of a gateway that does not answer, is no verdict', () => {
    expect(read(`Error: validate entity 'licenses (x)': HTTP status 404 (message: "Not found")\n`)).toMatchObject({
      told: [],
      unknownKinds: ['licenses'],
    });
    const gone = 'Error: building state: making HTTP request: dial tcp 127.0.0.1:1: connect: connection refused\n';
    expect(read(gone)).toMatchObject({ told: [], others: [expect.stringContaining('connection refused')] });
  });
});
