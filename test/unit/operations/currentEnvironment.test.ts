import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../src/core/environment.js';
import { currentEnvironment } from '../../../src/operations/currentEnvironment.js';

const planned: Environment = {
  id: 'e1',
  name: 'shop',
  adminUrl: 'http://kong:8001',
  mode: 'traditional',
  tls: { caFile: 'ca.pem', skipVerify: false },
};

describe('the environment that a plan was made for', () => {
  it('is taken as it stands now, under its new name and with its new token', () => {
    const now = { ...planned, name: 'market', token: '${env:NEW}', tls: { skipVerify: false, caFile: 'ca.pem' } };
    expect(currentEnvironment(planned, [{ ...planned, id: 'other' }, now])).toBe(now);
  });

  it.each<[keyof Environment, Partial<Environment>]>([
    ['adminUrl', { adminUrl: 'http://other:8001' }],
    ['protected', { protected: true }],
    ['workspaces', { workspaces: ['a'] }],
    ['selectTags', { selectTags: ['a'] }],
    ['tls', { tls: { caFile: 'ca.pem', skipVerify: true } }],
  ])('is another one when its %s changed', (field, change) => {
    const stale = expect.objectContaining({ code: 'plan-stale', reason: expect.stringContaining(field) as string });
    expect(() => currentEnvironment(planned, [{ ...planned, ...change }])).toThrow(stale as Error);
  });

  it('is not written when it is gone, or read-only by now', () => {
    const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
    expect(() => currentEnvironment(planned, [])).toThrow(code('plan-stale'));
    const readOnly = [{ ...planned, readOnly: true }];
    expect(() => currentEnvironment(planned, readOnly)).toThrow(code('environment-read-only'));
  });
});
