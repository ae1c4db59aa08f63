import { expect, it } from 'vitest';
import { entityText } from '../../../src/operations/entityText.js';

it('says nothing where a gateway says null, at any depth, and names first what an entity is known by', () => {
  const config = { anonymous: null, limits: { minute: 5, hour: null }, scopes: [null, 'a'] };
  const fields = { config, route: null, name: 'oauth2', id: 'one', created_at: 1 };
  expect(entityText('plugins', fields, 'shown')).toBe(
    'id: one\nname: oauth2\nconfig:\n  limits:\n    minute: 5\n  scopes:\n  - null\n  - a\n',
  );
});
