import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { explainSame } from '../../../src/estate/explain.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { sha1 } from '../../../src/estate/sha1.js';
import { facts } from './shippedFacts.js';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const service = (number: number, fields: JsonObject = {}): Entity => ({
  kind: 'services',
  fields: { id: id(number), name: `s${number}`, host: 'a.test', ...fields },
});

function explained(live: Entity[], desired: Entity[]): string[] {
  return explainSame(desired, live, facts)
    .map(({ reason, kind, path, count, example }) => `${count} ${kind} ${path}: ${reason} (${example})`)
    .sort();
}

const changes = (live: Entity[], desired: Entity[]) =>
  planWorkspace({ workspace: 'default', exists: true, live, desired, facts }).changes;

describe('what reads differently and is no difference', () => {
  it('is named with its reason, and counted', () => {
    const live = [
      service(1, { retries: 5, updated_at: 1, tags: ['a', 'b'], path: null }),
      service(2, { retries: 5, updated_at: 2 }),
    ];
    const desired = [service(1, { tags: ['b', 'a'], updated_at: 3 }), service(2, { updated_at: 4 })];
    expect(changes(live, desired)).toEqual([]);
    expect(explained(live, desired)).toEqual([
      '1 services path: null (s1)',
      '1 services tags: order (s1)',
      '2 services retries: default (s1)',
      '2 services updated_at: computed (s1)',
    ]);
  });

  it('is told of records that differ in something else, and never of what differs', () => {
    const plugin = (config: JsonObject): Entity => ({
      kind: 'plugins',
      fields: { id: id(3), name: 'rate-limiting', config },
    });
    const live = [plugin({ minute: 5, policy: 'local', redis: { port: 6379 } }), service(1, { retries: 4 })];
    const desired = [plugin({ minute: 6, policy: 'local' }), service(1, { retries: 3 })];
    expect(changes(live, desired)).toHaveLength(2);
    expect(explained(live, desired)).toEqual(['1 plugins config.redis: default (rate-limiting)']);
  });

  it('knows entities by another id, in another order, and passwords by their hash', () => {
    const login = (password: string): Entity => ({
      kind: 'basicauth_credentials',
      fields: { id: id(8), username: 'ann', password, consumer: { id: id(9) } },
    });
    const consumer: Entity = { kind: 'consumers', fields: { id: id(9), username: 'ann' } };
    const other = { ...service(1), fields: { ...service(1).fields, id: id(4) } };
    const live = [service(1), service(2), consumer, login(sha1(`secret${id(9)}`))];
    const desired = [service(2), other, consumer, login('secret')];
    expect(changes(live, desired)).toEqual([]);
    expect(explained(live, desired)).toEqual([
      '1 basicauth_credentials password: password (ann)',
      '1 services : order (s1)',
      '1 services id: other-id (s1)',
    ]);
  });

  it('is nothing where both sides read the same', () => {
    expect(explained([service(1)], [service(1)])).toEqual([]);
  });
});
