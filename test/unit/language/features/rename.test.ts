import { expect, test } from 'vitest';
import { prepareRename, rename } from '../../../../src/language/features/rename.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { opened, textAt, withCursor } from '../marked.js';
import { alone, edited, named, together } from '../places.js';

async function renamedTo(name: string, marked: string, kind: FileKind = 'deck'): Promise<string | undefined> {
  const { text, position } = withCursor(marked);
  const document = opened(text, kind);
  const edit = await rename(document, position, name, alone);
  return edit && edited(document, edit);
}

const estate = `services:
  - name: s1
    host: backend
    routes:
      - name: r1
        service: { name: 's1' }
routes:
  - name: flat
    service:
      name: "|s1"
plugins:
  - name: cors
    service: s1
consumers:
  - username: s1
upstreams:
  - name: backend
`;

test('the name and every reference, each in the quotes it had; nothing else of that name', async () => {
  const expected = estate
    .replace('|', '')
    .replace('name: s1', 'name: orders')
    .replace("'s1'", "'orders'")
    .replace('"s1"', '"orders"')
    .replace('service: s1', 'service: orders');
  expect(await renamedTo('orders', estate)).toBe(expected);
});

test.each([
  [
    'deck',
    'consumers:\n  - username: a|nn\nplugins:\n  - name: cors\n    consumer: ann\n',
    'consumers:\n  - username: bob\nplugins:\n  - name: cors\n    consumer: bob\n',
  ],
  [
    'deck',
    'consumer_groups:\n  - name: gold\nconsumers:\n  - username: ann\n    groups:\n      - name: gol|d\n',
    'consumer_groups:\n  - name: bob\nconsumers:\n  - username: ann\n    groups:\n      - name: bob\n',
  ],
  [
    'deck',
    'services:\n  - name: s\n    host: backend\nupstreams:\n  - name: |backend\n',
    'services:\n  - name: s\n    host: bob\nupstreams:\n  - name: bob\n',
  ],
  ['deck', 'plugins:\n  - name: cors\n    instance_name: on|e\n', 'plugins:\n  - name: cors\n    instance_name: bob\n'],
  [
    'deck',
    'key_sets:\n  - name: k|s\nkeys:\n  - kid: k\n    set: {name: ks}\n',
    'key_sets:\n  - name: bob\nkeys:\n  - kid: k\n    set: {name: bob}\n',
  ],
  [
    'deck',
    'partials:\n  - name: re|dis\nplugins:\n  - name: x\n    partials:\n      - name: redis\n',
    'partials:\n  - name: bob\nplugins:\n  - name: x\n    partials:\n      - name: bob\n',
  ],
  [
    'deck',
    '_plugin_configs:\n  ra|te: {}\nplugins:\n  - name: x\n    _config: rate\n',
    '_plugin_configs:\n  bob: {}\nplugins:\n  - name: x\n    _config: bob\n',
  ],
  [
    'deck',
    'vaults:\n  - name: env\n    prefix: v|1\nservices:\n  - name: s\n    host: "{vault://v1/x}"\n',
    'vaults:\n  - name: env\n    prefix: bob\nservices:\n  - name: s\n    host: "{vault://bob/x}"\n',
  ],
  [
    'deck',
    'services:\n  - name: s\n    tags: [o|ne, two]\nroutes:\n  - name: r\n    tags:\n      - one\n',
    'services:\n  - name: s\n    tags: [bob, two]\nroutes:\n  - name: r\n    tags:\n      - bob\n',
  ],
  [
    'dbless',
    'services:\n  - name: s|1\n    host: h\nroutes:\n  - name: r\n    service: s1\n',
    'services:\n  - name: bob\n    host: h\nroutes:\n  - name: r\n    service: bob\n',
  ],
  [
    'dbless',
    '{"services": [{"name": "s1"}], "routes": [{"service": "s|1"}]}',
    '{"services": [{"name": "bob"}], "routes": [{"service": "bob"}]}',
  ],
] as const)('%s: %j', async (kind, marked, expected) => {
  expect(await renamedTo('bob', marked, kind)).toBe(expected);
});

test('what would be no text without quotes gets them', async () => {
  expect(await renamedTo('1.50', 'services:\n  - name: s|1\n')).toBe('services:\n  - name: "1.50"\n');
});

test('what is renamed is offered without its quotes', async () => {
  const { text, position } = withCursor(estate);
  const found = await prepareRename(opened(text), position, alone);
  expect(found?.placeholder).toBe('s1');
  expect(textAt(text, found!.range)).toBe('s1');
});

test('the files beside it change with it', async () => {
  const { text, position } = withCursor('routes:\n  - name: r\n    service: { name: s|1 }\n');
  const routes = named('routes.yaml', text);
  const services = named('services.yaml', 'services:\n  - name: s1\n');
  const edit = await rename(routes, position, 'orders', together(services));
  expect(edited(routes, edit!)).toContain('name: orders');
  expect(edited(services, edit!)).toBe('services:\n  - name: orders\n');
});

test.each([
  ['an id', 'services:\n  - name: s\n    id: 5f9d2a4e-0000-4000-8000-00000000000|1\n', /id of a service/],
  ['a name that is taken', 'services:\n  - name: s|1\n  - name: bob\n', /already/],
  ['a tag that is taken', 'services:\n  - name: s1\n    tags: [o|ne, bob]\n', /already/],
  ['what stands nowhere', 'routes:\n  - name: r\n    service: {name: s|1}\n', /No service `s1`/],
  ['what stands twice', 'services:\n  - name: s|1\n  - name: s1\n', /2 entities/],
  ['a name from the environment', 'services:\n  - name: ${{ env "DECK|_X" }}\n', /environment/],
  ['an alias', 'x: &n s1\nservices:\n  - name: *n\nroutes:\n  - name: r\n    service: {name: s|1}\n', /alias/],
  ['an anchor', 'services:\n  - name: &n s1\n    host: *n\nroutes:\n  - name: r\n    service: {name: s|1}\n', /anchor/],
  ['a file with errors', 'services:\n  - name: s|1\nroutes:\n  - name: "r\n', /syntax/],
])('refused: %s', async (_, marked, reason) => {
  await expect(renamedTo('bob', marked)).rejects.toThrow(reason);
});

test('refused: a name that Kong does not take', async () => {
  await expect(renamedTo('a b', 'services:\n  - name: s|1\n')).rejects.toThrow(/does not take/);
  await expect(renamedTo(' ', 'services:\n  - name: s|1\n')).rejects.toThrow(/empty/);
});

test('nothing of a value that names nothing', async () => {
  expect(await renamedTo('x', 'services:\n  - name: s\n    host: exam|ple.test\n')).toBeUndefined();
});
