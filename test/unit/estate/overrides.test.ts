import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { Override } from '../../../src/core/overrides.js';
import type { Entity } from '../../../src/estate/entity.js';
import { applyOverrides } from '../../../src/estate/overrides.js';

const one = (kind: string, fields: JsonObject, override: Override, workspace = 'default'): [JsonObject, number] => {
  const { entities, hits } = applyOverrides([{ kind, fields }], [override], workspace);
  return [entities[0]?.fields ?? {}, hits[0] ?? -1];
};

describe('overrides', () => {
  it('replaces hosts wherever they stand, and upstreams with the services that find them by name', () => {
    const override = { hosts: { 'a.test': 'b.test' } };
    expect(one('services', { host: 'a.test' }, override)).toEqual([{ host: 'b.test' }, 1]);
    expect(one('upstreams', { name: 'a.test', host_header: 'a.test' }, override)[0]).toEqual({
      name: 'b.test',
      host_header: 'b.test',
    });
    expect(one('routes', { hosts: ['a.test', 'c.test'], snis: ['a.test'] }, override)[0]).toEqual({
      hosts: ['b.test', 'c.test'],
      snis: ['b.test'],
    });
    expect(one('snis', { name: 'a.test' }, override)[0]).toEqual({ name: 'b.test' });
    expect(one('consumers', { username: 'a.test' }, override)).toEqual([{ username: 'a.test' }, 0]);
  });

  it('replaces targets with and without their port', () => {
    const override = { targets: { '10.0.0.1': '10.1.0.1', '10.0.0.2:80': '10.1.0.2:81' } };
    expect(one('targets', { target: '10.0.0.1:8000' }, override)[0]).toEqual({ target: '10.1.0.1:8000' });
    expect(one('targets', { target: '10.0.0.2:80' }, override)[0]).toEqual({ target: '10.1.0.2:81' });
    expect(one('targets', { target: '10.0.0.2:90' }, override)[1]).toBe(0);
  });

  it('replaces tags, and leaves none twice', () => {
    expect(one('routes', { tags: ['prod', 'x', 'staging'] }, { tags: { prod: 'staging' } })).toEqual([
      { tags: ['staging', 'x'] },
      1,
    ]);
  });

  it('replaces prefixes of vaults and of references to them, at any depth', () => {
    const override = { vaults: { prod: 'staging' } };
    expect(one('vaults', { prefix: 'prod', name: 'prod' }, override)[0]).toEqual({ prefix: 'staging', name: 'prod' });
    const config = { redis: { password: '{vault://prod/redis/password}', host: '{vault://other/h}' } };
    expect(one('plugins', { config }, override)[0]).toEqual({
      config: { redis: { password: '{vault://staging/redis/password}', host: '{vault://other/h}' } },
    });
    expect(one('plugins', { config: { key: '{vault://prod}' } }, override)[0]).toEqual({
      config: { key: '{vault://staging}' },
    });
  });

  it('sets fields at any depth, and counts only what was another value', () => {
    const override = {
      select: { kind: 'plugins' },
      set: { 'config.redis.host': 'b', 'config.minute': 5, route: null },
    };
    const fields = { name: 'rate-limiting', config: { minute: 1, redis: { host: 'a', port: 1 } }, route: { id: 'r' } };
    expect(one('plugins', fields, override)).toEqual([
      { name: 'rate-limiting', config: { minute: 5, redis: { host: 'b', port: 1 } }, route: null },
      1,
    ]);
    const [same] = one('plugins', fields, override);
    expect(one('plugins', same, override)[1]).toBe(0);
    expect(one('plugins', { name: 'x', config: {} }, override)[0]).toMatchObject({ config: { redis: { host: 'b' } } });
  });

  it('is held to kind, name with stars, tag and workspace', () => {
    const entity: Entity = { kind: 'services', fields: { name: 'api-orders', tags: ['a'], host: 'h' } };
    const hits = (select: Override['select'], workspace = 'w'): number =>
      applyOverrides([entity], [{ ...(select && { select }), hosts: { h: 'i' } }], workspace).hits[0] ?? -1;
    expect(hits({ kind: 'services', name: 'api-*', tag: 'a', workspace: 'w' })).toBe(1);
    expect(hits({ name: 'API-*' })).toBe(0);
    expect(hits({ name: 'api' })).toBe(0);
    expect(hits({ name: 'api.orders' })).toBe(0);
    expect(hits({ tag: 'b' })).toBe(0);
    expect(hits({ kind: 'routes' })).toBe(0);
    expect(hits({ workspace: 'v' })).toBe(0);
    expect(hits(undefined)).toBe(1);
  });

  it('goes through them in their order', () => {
    const { entities, hits } = applyOverrides(
      [{ kind: 'services', fields: { host: 'a' } }],
      [{ hosts: { a: 'b' } }, { hosts: { b: 'c' } }, { hosts: { z: 'y' } }],
      'default',
    );
    expect(entities[0]?.fields).toEqual({ host: 'c' });
    expect(hits).toEqual([1, 1, 0]);
  });
});
