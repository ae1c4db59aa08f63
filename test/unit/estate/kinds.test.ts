import { expect, test } from 'vitest';
import { kindNames } from '../../../src/core/kindNames.js';
import { kindCalled, knownKinds } from '../../../src/estate/kinds.js';

test.each([
  ['services', 'services'],
  ['service', 'services'],
  ['Key-Set', 'key_sets'],
  ['acl', 'acls'],
  ['graphql_ratelimiting_advanced_cost_decoration', 'graphql_ratelimiting_advanced_cost_decoration'],
  ['servic', 'servic'],
])('%s is %s', (word, kind) => {
  expect(kindCalled(word)).toBe(kind);
});

test('what is known of kinds is known of each that has a name', () => {
  expect(knownKinds).toEqual(kindNames);
});
