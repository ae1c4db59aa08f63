import { describe, expect, it } from 'vitest';
import { parseEnvironmentsFile } from '../../../src/core/environmentsFile.js';
import { overridesCheck, overrideText } from '../../../src/core/overrides.js';

describe('overrides in the environments file', () => {
  it('takes each form, with and without select', () => {
    const sound = [
      { hosts: { 'api.example.com': 'api.staging.example.com' } },
      { select: { workspace: 'team-a' }, targets: { '10.0.0.1': '10.1.0.1' } },
      { tags: { production: 'staging' } },
      { vaults: { prod: 'staging' } },
      { select: { kind: 'plugins', name: 'rate-limiting', tag: 'x' }, set: { 'config.minute': 5, route: null } },
      { select: { kind: 'plugins' }, set: { 'config.redis.password': '{vault://env/redis}' } },
    ];
    expect(overridesCheck(sound)).toBeUndefined();
  });

  it.each([
    ['no list', {}, /list of maps of select/],
    ['nothing to do', [{ select: { kind: 'routes' } }], /Entry 1: It must have one of set, hosts/],
    ['two forms at once', [{ tags: { a: 'b' }, hosts: { a: 'b' } }], /one of set, hosts/],
    ['an unknown form', [{ host: { a: 'b' } }], /host: There is no such setting/],
    ['an unknown selector', [{ select: { label: 'a' }, tags: { a: 'b' } }], /select: label: There is no/],
    ['an empty map', [{ hosts: {} }], /map of old values/],
    ['a value that is no text', [{ tags: { a: 1 } }], /The new value of "a" must be a text/],
    [
      'a kind that is a slip',
      [{ select: { kind: 'route' }, tags: { a: 'b' } }],
      /no kind "route"\. Did you mean `routes`/,
    ],
    ['a field of no kind', [{ set: { host: 'a' } }], /set: It must have select with a kind/],
    ['an id', [{ select: { kind: 'routes' }, set: { id: 'a' } }], /An id is not to be set/],
    ['no field', [{ select: { kind: 'routes' }, set: { 'a..b': 1 } }], /is not a field/],
    ['a secret', [{ select: { kind: 'plugins' }, set: { 'config.redis.password': 'hunter2' } }], /does not belong/],
  ])('refuses %s', (_what, value, message) => {
    expect(overridesCheck(value)).toMatch(message);
  });

  it('says where in the file', () => {
    const { environments, problems } = parseEnvironmentsFile(
      'environments:\n  - name: a\n    adminUrl: http://a\n    overrides:\n      - host: {}\n    restore: { maxDeleteShare: 3 }\n',
    );
    expect(environments).toEqual([]);
    expect(problems.map(({ line, message }) => [line, message])).toEqual([
      [4, expect.stringMatching(/^overrides: Entry 1: host/)],
      [5, 'restore: maxDeleteShare: It must be a number from 0 to 1.'],
    ]);
  });

  it('is named in a few words', () => {
    expect(overrideText({ hosts: { a: 'b', c: 'd' } })).toBe('hosts a → b, c → d');
    expect(
      overrideText({ select: { kind: 'plugins', name: 'x', tag: 't', workspace: 'w' }, set: { 'config.a': 1 } }),
    ).toBe('set config.a of plugins called x tagged t in workspace w');
  });
});
