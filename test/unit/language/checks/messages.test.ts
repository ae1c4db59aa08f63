import { expect, test } from 'vitest';
import { validate } from '../../../../src/language/validate.js';
import { facts39 } from '../facts.js';

/** What newcomers write, and what they must read to get on. */
test.each<[string, string[]]>([
  ['services: [{name: a, url: "http//example.com"}]', ['a whole address, such as `http://example.com:80/path`']],
  ['services: {name: a, host: h}', ['start each service with `- `']],
  ['services: [{name: a}]', ['or a `url`']],
  ['services: [{name: a, host: h, port: "80"}]', ['take the quotes away']],
  ['services: [{name: a, host: h, enabled: "yes"}]', ['must be `true` or `false`']],
  ['services: [{name: a, host: h, protocol: HTTP}]', ['Did you mean `http`?']],
  ['services: [{name: a, host: ""}]', ['must not be empty']],
  ['services: [{name: 5, host: h}]', ['must be text: put the number in quotes']],
  ['routes: [{name: r, paths: /a}]', ['must be a list']],
  ['routes: [{name: r, paths: [/a], methods: [get]}]', ['must be in capitals: `GET`']],
  ['routes: [{name: r}]', ['one of `methods`, `hosts`']],
  ['routes: [{name: r, paths: [/a], protocols: [http, grpc]}]', ['one group only']],
  ['plugins: [{name: key_auth}]', ['Did you mean `key-auth`?']],
  ['plugins: [{name: rate-limiting, minute: 5}]', ['It belongs under `config`', 'at least one of']],
  ['plugins: [{name: request-transformer, config: {add: {headers: [x-foo]}}}]', ['the form `name:value`']],
  ['consumers: [{name: ada}]', ['Did you mean `username`?', 'at least one of `custom_id`, `username`']],
  ['consumers: [{username: a, keyauth_credentials: [k]}]', ['a key-auth credential', '`- key: …`']],
  [
    'certificates: [{id: 3f1cf4d5-1b38-4d3f-9a0a-2f4b1d7b4c11, cert: abc, key: def}]',
    ['starts with `-----BEGIN CERTIFICATE-----`', 'starts with `-----BEGIN PRIVATE KEY-----`'],
  ],
])('%s', (file, expected) => {
  const { diagnostics } = validate({ text: `_format_version: "3.0"\n${file}\n`, kind: 'deck', facts: facts39 });
  const messages = diagnostics.map(({ message }) => message).join('\n');
  for (const words of expected) expect(messages).toContain(words);
});

test('a value that may be a secret is not in the message about its type', () => {
  const text = '_format_version: "3.0"\nconsumers: [{username: a, keyauth_credentials: [{key: 271828182845}]}]\n';
  const { diagnostics } = validate({ text, kind: 'deck', facts: facts39 });
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.message).not.toContain('271828');
});
