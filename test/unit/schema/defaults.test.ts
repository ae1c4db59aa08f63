import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import { withDefaults, withoutShorthands } from '../../../src/schema/defaults.js';
import { validateEntity } from '../../../src/schema/validate.js';
import { shippedFacts } from './corpus.js';
import { factsOf } from './facts.js';

const facts = shippedFacts('3.9');
const plain = (kind: string, value: JsonObject): JsonObject => withDefaults(facts, kind, value, { nulls: false });

describe('withDefaults', () => {
  it('fills in defaults at every depth', () => {
    const upstream = withDefaults(
      facts,
      'upstreams',
      { name: 'u', healthchecks: { active: { timeout: 5 } } },
      { nulls: true },
    );
    expect(upstream).toMatchObject({
      algorithm: 'round-robin',
      slots: 10000,
      host_header: null,
      healthchecks: {
        threshold: 0,
        active: { timeout: 5, concurrency: 10, https_sni: null, healthy: { interval: 0 } },
      },
    });
  });

  it('leaves out what is null, where asked to', () => {
    expect(plain('consumers', { username: 'a' })).toEqual({ username: 'a' });
    expect(plain('services', { host: 'h', path: null })).not.toHaveProperty('path');
  });

  it('spreads a url over what it stands for', () => {
    expect(plain('services', { url: 'https://h.com/p' })).toMatchObject({
      protocol: 'https',
      host: 'h.com',
      port: 443,
      path: '/p',
    });
    expect(plain('services', { url: 'http://[::1]:81' })).toMatchObject({ host: '::1', port: 81 });
    expect(plain('services', { url: 'https://new.com', host: 'old.com', port: 1 })).toMatchObject({
      host: 'new.com',
      port: 443,
    });
  });

  it('knows what hashing says of the algorithm', () => {
    expect(plain('upstreams', { name: 'u', hash_on: 'ip' })).toMatchObject({ algorithm: 'consistent-hashing' });
    expect(plain('upstreams', { name: 'u', hash_on: 'none' })).toMatchObject({ algorithm: 'round-robin' });
  });

  it('moves a deprecated field, and shows it under both names as the Admin API does', () => {
    const plugin = { name: 'rate-limiting', config: { minute: 5, redis_host: 'h' } };
    expect(plain('plugins', plugin)).toMatchObject({ config: { redis: { host: 'h', port: 6379 } } });
    expect(plain('plugins', plugin).config).not.toHaveProperty('redis_host');
    expect(withDefaults(facts, 'plugins', plugin, { nulls: true })).toMatchObject({
      config: { redis: { host: 'h' }, redis_host: 'h', redis_port: 6379, redis_username: null },
    });
    const quiet = withDefaults(facts, 'plugins', plugin, { nulls: true, deprecated: false });
    expect(quiet.config).not.toHaveProperty('redis_host');
  });

  it('keeps a set in order without doubles', () => {
    expect(plain('services', { host: 'h', tags: ['b', 'a', 'b'] }).tags).toEqual(['b', 'a']);
    expect(plain('services', { host: 'h', tags: {} }).tags).toEqual([]);
  });

  it('gives a target its port', () => {
    const target = (text: string): unknown => plain('targets', { target: text }).target;
    expect(target('h.com')).toBe('h.com:8000');
    expect(target('h.com:81')).toBe('h.com:81');
    expect(target('::1')).toBe('[::1]:8000');
  });

  it('leaves what Kong makes to the caller, and what it knows nothing of as it is', () => {
    expect(withDefaults(facts, 'keyauth_credentials', { ttl: 5 }, { nulls: true })).toEqual({
      ttl: 5,
      tags: null,
    });
    expect(plain('nothing_known', { a: 1 })).toEqual({ a: 1 });
    expect(plain('plugins', { name: 'nope', config: { a: 1 } })).toMatchObject({ config: { a: 1 } });
  });

  it('shares nothing with what it was given or with the facts', () => {
    const own = factsOf({ fields: { list: { type: 'array', elements: { type: 'string' }, default: ['a'] } } });
    const first = withDefaults(own, 'things', {}, { nulls: true });
    (first.list as string[]).push('b');
    expect(withDefaults(own, 'things', {}, { nulls: true })).toEqual({ list: ['a'] });
    const value = { host: 'h', tags: ['a'] };
    (plain('services', value).tags as string[]).push('b');
    expect(value.tags).toEqual(['a']);
  });

  it('comes to rest: what it made, it makes again, and a valid entity stays valid', () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const service = fc.record(
      { name, host: name, port: fc.integer({ min: 0, max: 65535 }), tags: fc.array(name), retries: fc.nat(9) },
      { requiredKeys: ['host'] },
    );
    fc.assert(
      fc.property(service, fc.boolean(), (value, nulls) => {
        const once = withDefaults(facts, 'services', value, { nulls });
        expect(withDefaults(facts, 'services', once, { nulls })).toEqual(once);
        expect(validateEntity(facts, 'services', once, { as: 'admin' })).toEqual([]);
      }),
    );
  });
});

describe('withoutShorthands', () => {
  it('spreads what was given and fills nothing in', () => {
    expect(withoutShorthands(facts, 'services', { url: 'https://h.com' })).toEqual({
      protocol: 'https',
      host: 'h.com',
      port: 443,
      path: null,
    });
    expect(withoutShorthands(facts, 'plugins', { name: 'rate-limiting', config: { redis_host: 'h' } })).toEqual({
      name: 'rate-limiting',
      config: { redis: { host: 'h' } },
    });
  });

  it('takes the deprecated names out of what the Admin API answered', () => {
    const answer = withDefaults(facts, 'plugins', { name: 'rate-limiting', config: { minute: 5 } }, { nulls: true });
    expect(answer.config).toHaveProperty('redis_port');
    expect(withoutShorthands(facts, 'plugins', answer).config).not.toHaveProperty('redis_port');
  });
});
