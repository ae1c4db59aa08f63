import { expect, it } from 'vitest';
import { partAmount } from '../../../src/cli/partAmount.js';

it('counts each part in its own words', () => {
  expect(partAmount('entities', { services: 1 })).toBe('1 entity');
  expect(partAmount('rbac', { roles: 2, users: 1 })).toBe('3 entities');
  expect(partAmount('database', { services: 2, locks: 0 })).toBe('2 rows');
  expect(partAmount('files', { extra: 1 })).toBe('1 file');
});
