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
  ['just text', 'deck', /nothing in it/],
])('%s', (text, kind, reason) => {
  const told = kindOf(readDocument(text), 'auto', facts39);
  expect(told.kind).toBe(kind);
  expect(told.reason).toMatch(reason);
});

test('what the caller names is not questioned', () => {
  expect(kindOf(readDocument('_info: {}'), 'dbless', facts39).kind).toBe('dbless');
});
