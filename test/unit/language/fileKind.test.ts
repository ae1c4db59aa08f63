import { expect, test } from 'vitest';
import { kindOf } from '../../../src/language/validate.js';
import { readDocument } from '../../../src/language/document.js';
import { facts39 } from './facts.js';

test.each<[string, 'deck' | 'dbless', RegExp]>([
  ['_info: {select_tags: [a]}', 'deck', /`_info`/],
  ['consumer_groups: []', 'deck', /`consumer_groups`/],
  ['routes: [{name: r, service: {name: s}}]', 'deck', /names its service/],
  ['consumers: [{username: a, groups: [{name: g}]}]', 'deck', /`groups`/],
  ['services: [{name: s, host: "${{ env \'DECK_HOST\' }}"}]', 'deck', /env/],
  ['_transform: false', 'dbless', /db_export/],
  ['keyauth_credentials: []', 'dbless', /`keyauth_credentials`/],
  ['routes: [{name: r, service: s}]', 'dbless', /plain string/],
  ['services: [{name: s, _comment: x}]', 'dbless', /`_comment`/],
  ['_info: {}\nacls: []', 'deck', /`_info`/],
  ['_info: {}\nacls: []\nsnis: []', 'dbless', /`acls`|`snis`/],
  ['services: [{name: s}]', 'deck', /nothing in it/],
  ['services: [{name: s, routes: [{paths: [/]}]}]', 'dbless', /`name` or `id` on a route/],
  ['services: [{name: s, path: null}]', 'dbless', /`path` of a service/],
  ['upstreams: [{name: u, healthchecks: {active: {https_sni: null}}}]', 'dbless', /`healthchecks.active.https_sni`/],
  ['plugins: [{name: cors, config: {origins: null}}]', 'deck', /nothing in it/],
  ['services: [{name: s, routes: }]', 'dbless', /`routes` of a service/],
  ['services: [{name: s, tags: {}}]', 'dbless', /`tags` of a service/],
  ['plugins: [{name: cors, config: []}]', 'dbless', /`config` of a plugin/],
  ['services: {}', 'dbless', /list for `services`/],
  ['plugins: [{name: cors, service: {id: 2b0d6b2e-6a8b-4b0c-8a7c-0f6a1b1d9f11}}]', 'dbless', /`service` of a plugin/],
  ['certificates: [{cert: a, key: b}]', 'dbless', /`id` on a certificate/],
  ['services: [{host: "${{ env \'DECK_HOST\' }}"}]', 'deck', /env/],
  ['_info: {}\nservices: [{host: h}]', 'deck', /`_info`/],
  ['just text', 'deck', /nothing in it/],
])('%s', (text, kind, reason) => {
  const told = kindOf(readDocument(text), 'auto', facts39);
  expect(told.kind).toBe(kind);
  expect(told.reason).toMatch(reason);
});

test('what the caller names is not questioned', () => {
  expect(kindOf(readDocument('_info: {}'), 'dbless', facts39).kind).toBe('dbless');
});
