import { expect, test } from 'vitest';
import { definition } from '../../../../src/language/features/definition.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { opened, withCursor } from '../marked.js';
import { alone, named, places, together } from '../places.js';

async function definitionsIn(marked: string, kind: FileKind = 'deck'): Promise<string[]> {
  const { text, position } = withCursor(marked);
  const document = opened(text, kind);
  return places(await definition(document, position, alone), document);
}

const services = '_format_version: "3.0"\nservices:\n  - name: s1\n    host: h\n';

test.each([
  ['a flat route', 'deck', `${services}routes:\n  - name: r\n    service:\n      name: s|1\n`],
  ['one written in a line', 'deck', `${services}routes:\n  - { name: r, service: { name: "s1|" } }\n`],
  ['a DB-less route', 'dbless', `${services}routes:\n  - name: r\n    service: |s1\n`],
  ['a plugin', 'deck', `${services}plugins:\n  - name: cors\n    service: s1|\n`],
] as const)('the service of %s', async (_, kind, marked) => {
  expect(await definitionsIn(marked, kind)).toEqual(['3 s1']);
});

test.each([
  ['a consumer', 'consumers:\n  - username: ann\nplugins:\n  - name: cors\n    consumer: a|nn\n', ['2 ann']],
  [
    'a consumer group',
    'consumer_groups:\n  - name: gold\nplugins:\n  - name: cors\n    consumer_group: |gold\n',
    ['2 gold'],
  ],
  [
    'the group of a consumer',
    'consumer_groups:\n  - name: gold\nconsumers:\n  - username: ann\n    groups:\n      - name: go|ld\n',
    ['2 gold'],
  ],
  [
    'an upstream that is a host',
    'services:\n  - name: s\n    host: back|end\nupstreams:\n  - name: backend\n',
    ['5 backend'],
  ],
  ['a host that is none', 'services:\n  - name: s\n    host: back|end\n', []],
  [
    'a certificate by its id',
    'certificates:\n  - id: c1\n    cert: x\nservices:\n  - name: s\n    client_certificate: {id: c|1}\n',
    ['2 c1'],
  ],
  [
    'a CA certificate of a service',
    'ca_certificates:\n  - id: c1\n    cert: x\nservices:\n  - name: s\n    ca_certificates: [c|1]\n',
    ['2 c1'],
  ],
  [
    'a CA certificate of a plugin',
    'ca_certificates:\n  - id: c1\nplugins:\n  - name: mtls-auth\n    config:\n      ca_certificates:\n        - c|1\n',
    ['2 c1'],
  ],
  ['a key set', 'key_sets:\n  - name: ks\nkeys:\n  - kid: k\n    set: { name: k|s }\n', ['2 ks']],
  [
    'a partial',
    'partials:\n  - name: redis\n    type: redis-ce\nplugins:\n  - name: rate-limiting\n    partials:\n      - name: red|is\n',
    ['2 redis'],
  ],
  [
    'a shared configuration',
    '_plugin_configs:\n  rates:\n    minute: 5\nplugins:\n  - name: rate-limiting\n    _config: ra|tes\n',
    ['2 rates'],
  ],
  [
    'a vault',
    'vaults:\n  - name: env\n    prefix: my-env\nservices:\n  - name: s\n    host: "{vault://my-|env/host}"\n',
    ['3 my-env'],
  ],
  ['the name itself', 'upstreams:\n  - name: back|end\n', ['2 backend']],
  ['a field like any other', 'services:\n  - name: s\n    protocol: ht|tp\n', []],
  ['a key', 'services:\n  - na|me: s\n', []],
])('of %s', async (_, marked, expected) => {
  expect(await definitionsIn(marked)).toEqual(expected);
});

test('what stands nowhere in the file is looked for beside it', async () => {
  const { text, position } = withCursor('routes:\n  - name: r\n    service: { name: s|1 }\n');
  const document = named('routes.yaml', text);
  const other = named('services.yaml', services);
  expect(places(await definition(document, position, together(other)), document, other)).toEqual([
    'services.yaml:3 s1',
  ]);
});

test('neither in a file of another workspace, nor beside a file that is read alone', async () => {
  const { text, position } = withCursor('routes:\n  - name: r\n    service: { name: s|1 }\n');
  const elsewhere = named('services.yaml', `_workspace: team-a\n${services}`);
  expect(await definition(named('routes.yaml', text), position, together(elsewhere))).toEqual([]);
  const dbless = named('routes.yaml', text, 'dbless');
  expect(await definition(dbless, position, together(named('services.yaml', services)))).toEqual([]);
});
