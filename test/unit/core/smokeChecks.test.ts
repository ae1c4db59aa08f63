import { describe, expect, it } from 'vitest';
import { type CheckResult, compareChecks, smokeChecks } from '../../../src/core/smokeChecks.js';

const result = (name: string, passed: boolean): CheckResult => ({ name, passed, duration: 1, problems: [] });

describe('checks before and after', () => {
  it('begin with what broke', () => {
    const before = [result('a', true), result('b', false), result('c', true), result('d', false)];
    const after = [result('a', true), result('b', true), result('c', false), result('d', false)];
    expect(compareChecks(before, after).map(({ name, change }) => [name, change])).toEqual([
      ['c', 'broken'],
      ['d', 'failing'],
      ['b', 'mended'],
      ['a', 'passing'],
    ]);
  });
});

describe('checks in the environments file', () => {
  it.each([
    [[{ name: 'a', path: '/' }]],
    [[{ name: 'a', url: 'https://x.test/b?c=1', method: 'POST', body: '{}', status: 201, timeout: '5s' }]],
    [[{ name: 'a', path: '/', headers: { apikey: '${env:KEY}', accept: 'text/html' } }]],
  ])('are taken: %j', (checks) => {
    expect(smokeChecks(checks)).toBeUndefined();
  });

  it.each([
    [[], 'list'],
    [[{ path: '/' }], 'name'],
    [[{ name: 'a' }], 'either path or url'],
    [[{ name: 'a', path: '/', url: 'http://x.test' }], 'either path or url'],
    [[{ name: 'a', path: 'x' }], 'begins with /'],
    [[{ name: 'a', path: '/', headers: { apikey: 'in-clear' } }], 'secret'],
    [[{ name: 'a', path: '/', status: 99 }], '100'],
    [[{ name: 'a', path: '/', compareBody: 'roughly' }], 'exact'],
    [
      [
        { name: 'a', path: '/' },
        { name: 'a', path: '/b' },
      ],
      'twice',
    ],
  ])('are refused: %j', (checks, why) => {
    expect(smokeChecks(checks)).toContain(why);
  });
});
