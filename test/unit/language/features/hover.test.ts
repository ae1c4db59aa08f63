import { expect, test } from 'vitest';
import type { MarkupContent } from 'vscode-languageserver-types';
import { hover } from '../../../../src/language/features/hover.js';
import type { FileKind } from '../../../../src/language/fileKind.js';
import { ownSchemas, withOwnSchemas } from '../../../../src/schema/ownSchemas.js';
import { facts28, facts39 } from '../facts.js';
import { opened, textAt, withCursor } from '../marked.js';

function hoverAt(marked: string, kind: FileKind = 'deck'): { text: string; marked: string } | undefined {
  const { text, position } = withCursor(marked);
  const result = hover(opened(text, kind), position, [facts28, facts39]);
  return result && { text: (result.contents as MarkupContent).value, marked: textAt(text, result.range!) };
}

test.each<[string, string, RegExp, string]>([
  ['a key', 'services:\n  - name: s\n    po|rt: 80', /`port`.*integer[^]*default `80`[^]*from 0 to 65535/, 'port'],
  ['a value', 'services:\n  - name: s\n    protocol: ht|tp', /one of .*`http`/, 'http'],
  ['a plugin', 'plugins:\n  - name: co|rs', /Plugin `cors` of Kong 3\.9/, 'cors'],
  ['a scope that a plugin forbids', 'plugins:\n  - name: ac|l', /cannot be applied to a consumer/, 'acl'],
  [
    'a configuration',
    'plugins:\n  - name: rate-limiting\n    config:\n      redis:\n        pass|word: x',
    /vault reference/,
    'password',
  ],
  ['an item of a list', 'routes:\n  - protocols: [ht|tp]', /`protocols`.*string/, 'http'],
  ['a list of entities', 'serv|ices: []', /`services`/, 'services'],
])('%s', (_, marked, text, range) => {
  const result = hoverAt(marked);
  expect(result?.text).toMatch(text);
  expect(result?.marked).toBe(range);
});

test('nothing to say of what no schema knows', () => {
  expect(hoverAt('services:\n  - na|me2: s')).toBeUndefined();
  expect(hoverAt('# com|ment\nservices: []')).toBeUndefined();
});

const estate = `_format_version: "3.0"
services:
- name: orders
  host: orders.test
  tags: [shop]
vaults:
- {name: env, prefix: mine, config: {prefix: SHOP_}}
- {name: hcv, prefix: safe}
`;

test.each<[string, string, RegExp]>([
  [
    'an entity that is named',
    'routes:\n- name: r\n  service: {name: ord|ers}',
    /service `orders`.*line 3\]\(file.*#L3\)[^]*host: `orders.test`/,
  ],
  ['a scope of a plugin', 'plugins:\n- name: cors\n  service: ord|ers', /service `orders`/],
  ['a tag', 'routes:\n- name: r\n  tags: [sh|op]', /Tag `shop`, on 2 entities/],
  [
    'a variable of the gateway',
    'plugins:\n- name: x\n  config: {a: "{vault://env/my-|key}"}',
    /`MY_KEY` of the gateway/,
  ],
  [
    'a vault of the file',
    'plugins:\n- name: x\n  config: {a: "{vault://mine/my-|key/part}"}',
    /`SHOP_MY_KEY`.*JSON the value of `part`/,
  ],
  [
    'another vault',
    'plugins:\n- name: x\n  config: {a: "{vault://safe/my-|key}"}',
    /secret `my-key` from the vault `safe` \(hcv\)/,
  ],
  ['a vault of elsewhere', 'plugins:\n- name: x\n  config: {a: "{vault://gone/my-|key}"}', /does not define/],
  [
    'a variable of decK',
    'consumers:\n- username: \'${{ env "DECK_|USER" }}\'',
    /decK puts the environment variable `DECK_USER`/,
  ],
  [
    'a variable that decK does not read',
    'consumers:\n- username: \'${{ env "US|ER" }}\'',
    /only one whose name starts with/,
  ],
])('%s', (_, marked, text) => {
  expect(hoverAt(`${estate}${marked}`)?.text).toMatch(text);
});

test.each<[string, string, RegExp]>([
  ['the format', '_format_|version: "3.0"', /^\*\*`_format_version`\*\* — string[^]*in quotes/],
  ['select tags', '_info:\n  select_|tags: [a]', /manages only entities/],
  ['a default', '_info:\n  defaults:\n    ser|vice: {}', /every service/],
  ['a key of decK’s', 'plugins:\n- name: cors\n  _con|fig: a', /_plugin_configs/],
  ['an entity', 'services:\n- ho|st: a', /\]\(https:\/\/developer\.konghq\.com\/gateway\/entities\/service\/\)/],
  [
    'a credential',
    'consumers:\n- keyauth_credentials:\n  - k|ey: a',
    /\(https:\/\/developer\.konghq\.com\/plugins\/key-auth\/\)/,
  ],
  ['a configuration', 'plugins:\n- name: cors\n  config: {max_|age: 1}', /plugins\/cors\/reference\/\)/],
  [
    'a field that came later',
    'plugins:\n- name: cors\n  config: {private_|network: true}',
    /since Kong 3.9 \(not yet in 2.8\)/,
  ],
  [
    'a field that is deprecated',
    'plugins:\n- name: rate-limiting\n  config: {redis_|host: x}',
    /deprecated since Kong 3.9 \(not yet in 2.8\)/,
  ],
])('%s', (_, marked, text) => {
  expect(hoverAt(marked)?.text).toMatch(text);
});

test('a DB-less gateway fills in nothing', () => {
  expect(hoverAt('consumers:\n- username: \'${{ env "DECK_|USER" }}\'', 'dbless')?.text).toMatch(/as it stands/);
});

test('a gateway’s own words, which link and load nothing', () => {
  const answer = {
    fields: [
      {
        config: {
          type: 'record',
          fields: [{ level: { type: 'integer', description: 'How `loud_ly`.\n![x](http://a) <b>' } }],
        },
      },
    ],
  };
  const { own } = ownSchemas({ entities: {}, plugins: { ours: answer } }, facts39);
  const { text, position } = withCursor('plugins:\n- name: ours\n  config:\n    lev|el: 1\n');
  const document = { ...opened(text), facts: withOwnSchemas(facts39, own) };
  const said = (hover(document, position)?.contents as MarkupContent).value;
  expect(said).toContain('\n\nHow `loud_ly`. !\\[x\\](http://a) \\<b\\>');
});
