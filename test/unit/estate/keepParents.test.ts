import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace, type PlanRequest } from '../../../src/estate/plan.js';
import { facts } from './shippedFacts.js';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const entity = (kind: string, n: number, fields: JsonObject): Entity => ({ kind, fields: { id: id(n), ...fields } });
const tags = ['mine'];
const service = entity('services', 1, { name: 's', host: 'h', tags });
const route = entity('routes', 2, { name: 'r', paths: ['/'], service: { id: id(1) }, tags });
const cors = (more: JsonObject): Entity => entity('plugins', 3, { name: 'cors', ...more });
const consumer = entity('consumers', 4, { username: 'c', tags });
const upstream = entity('upstreams', 6, { name: 'u', tags });
const certificate = entity('certificates', 8, { cert: 'c', key: 'k', tags });

const plan = (live: readonly Entity[], more: Partial<PlanRequest> = {}) =>
  planWorkspace({ workspace: 'default', exists: true, desired: [], live, facts, ...more });
const deleted = (...args: Parameters<typeof plan>): string[] => plan(...args).changes.map(({ kind }) => kind);
const kept = (...args: Parameters<typeof plan>) =>
  plan(...args).kept.map(({ change, why, childKind }) => [change.kind, why, childKind]);

describe('what Kong deletes together', () => {
  it('is deleted one by one, children first', () => {
    const family = [service, route, cors({ route: { id: id(2) } })];
    expect(deleted(family)).toEqual(['plugins', 'routes', 'services']);
  });

  it.each([
    ['a plugin of a service', service, cors({ service: { id: id(1) } })],
    ['a key of a consumer', consumer, entity('keyauth_credentials', 5, { key: 'k', consumer: { id: id(4) } })],
    ['a target of an upstream', upstream, entity('targets', 7, { target: 'a:1', upstream: { id: id(6) } })],
    ['a name of a certificate', certificate, entity('snis', 9, { name: 'a.b', certificate: { id: id(8) } })],
  ])('stays together when only one part is selected: %s', (_what, parent, child) => {
    expect(deleted([parent, child], { selectTags: tags })).toEqual([]);
    expect(kept([parent, child], { selectTags: tags })).toEqual([[parent.kind, 'parent', child.kind]]);
  });

  it('stays up to the top: a service whose route has a plugin that is not selected', () => {
    const family = [service, route, cors({ route: { id: id(2) } })];
    expect(deleted(family, { selectTags: tags })).toEqual([]);
    expect(kept(family, { selectTags: tags }).map(([kind]) => kind)).toEqual(['routes', 'services']);
  });

  it('is not deleted where the gateway does not show the children, or nobody knows what a kind refers to', () => {
    expect(kept([service, upstream], { unread: new Set(['plugins']) })).toEqual([['services', 'unread', 'plugins']]);
    expect(deleted([service, upstream], { unread: new Set(['plugins']) })).toEqual(['upstreams']);
    expect(deleted([service, upstream], { unread: new Set(['things']) })).toEqual([]);
  });

  it('is seen in what the plan is not about', () => {
    const bystanders = [cors({ service: { id: id(1) } })];
    expect(kept([service], { bystanders })).toEqual([['services', 'parent', 'plugins']]);
  });

  it('may part: a route that moves to another service lets its first one go', () => {
    const other = entity('services', 11, { name: 't', host: 'h' });
    const moved = entity('routes', 2, { name: 'r', paths: ['/'], service: { id: id(11) } });
    expect(deleted([service, route], { desired: [other, moved] })).toContain('services');
  });
});

describe('tags that bound a plan', () => {
  const named = (n: number, own: string[], more: JsonObject = {}): Entity =>
    entity('services', n, { name: `s${n}`, host: 'h', tags: own, ...more });
  const steps = (...args: Parameters<typeof plan>): string[] =>
    plan(...args).changes.map(({ action, label }) => `${action} ${label}`);

  it('leave alone what has them on neither side, and count it', () => {
    const live = [named(21, ['a']), named(22, ['b']), named(23, ['b'])];
    const desired = [named(23, ['b'], { host: 'other' }), named(24, ['b']), named(25, ['a'])];
    const made = { desired, boundTags: ['a'] };
    expect(steps(live, made)).toEqual(['create s25', 'delete s21']);
    expect(plan(live, made).leftOut).toBe(3);
  });

  it('let an entity be changed that has them on one side', () => {
    const made = { desired: [named(21, ['other'])], boundTags: ['a'] };
    expect(steps([named(21, ['a'])], made)).toEqual(['update s21']);
  });
});
