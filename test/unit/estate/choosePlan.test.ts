import { describe, expect, it } from 'vitest';
import type { ChangeSelector, Plan, RestoreChoice } from '../../../src/core/change.js';
import type { JsonObject } from '../../../src/core/json.js';
import { type ChosenPlan, planChooser } from '../../../src/estate/choosePlan.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { facts } from './shippedFacts.js';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const entity = (kind: string, number: number, fields: JsonObject): Entity => ({
  kind,
  fields: { id: id(number), ...fields },
});
const service = (number: number, name: string, more: JsonObject = {}): Entity =>
  entity('services', number, { name, host: 'a.test', ...more });
const route = (number: number, name: string, of: number, more: JsonObject = {}): Entity =>
  entity('routes', number, { name, paths: ['/a'], service: { id: id(of) }, ...more });

function wholePlan(sides: { workspace?: string; desired: Entity[]; live: Entity[] }[]): { plan: Plan; live: Entity[] } {
  const workspaces = sides.map(({ workspace = 'default', desired, live }) => {
    const { changes, unchanged } = planWorkspace({ workspace, exists: true, desired, live, facts });
    return { workspace, exists: true, changes, unchanged };
  });
  return { plan: { workspaces }, live: sides.flatMap(({ live }) => live) };
}

function choose(desired: Entity[], live: Entity[], choice: RestoreChoice): ChosenPlan {
  const whole = wholePlan([{ desired, live }]);
  return planChooser(whole.plan, whole.live, facts)(choice);
}

const done = ({ plan }: ChosenPlan): string[] =>
  plan.workspaces.flatMap(({ changes }) => changes.map(({ action, kind, label }) => `${action} ${kind} ${label}`));
const only = (...selectors: ChangeSelector[]): RestoreChoice => ({ mode: 'only', only: selectors });
const whys = ({ added }: ChosenPlan): string[] =>
  added.map((each) => `${each.change.kind} ${each.change.label}: ${each.why} of ${each.for.kind} ${each.for.label}`);

describe('a choice from a plan', () => {
  it('adds what is needed, to any depth, and says why', () => {
    const certificate = entity('certificates', 1, { cert: 'c', key: 'k' });
    const desired = [
      certificate,
      service(2, 'orders', { client_certificate: { id: id(1) } }),
      route(3, 'orders-all', 2),
      service(4, 'other'),
    ];
    const chosen = choose(desired, [], only({ kind: 'routes', name: 'orders-all' }));
    expect(done(chosen)).toEqual([
      `create certificates ${id(1)}`,
      'create services orders',
      'create routes orders-all',
    ]);
    expect(whys(chosen)).toEqual([
      `certificates ${id(1)}: reference of services orders`,
      'services orders: reference of routes orders-all',
    ]);
    expect(chosen.left).toBe(1);
  });

  it('adds the consumer that a plugin names in its settings', () => {
    const desired = [
      entity('consumers', 1, { username: 'nobody' }),
      entity('plugins', 2, { name: 'key-auth', config: { anonymous: id(1) } }),
    ];
    expect(whys(choose(desired, [], only({ kind: 'plugins' })))).toEqual([
      'consumers nobody: reference of plugins key-auth',
    ]);
  });

  it('deletes with an entity what refers to it', () => {
    const live = [service(1, 'old'), route(2, 'old-all', 1), service(3, 'stray')];
    const chosen = choose([], live, only({ kind: 'services', name: 'old' }));
    expect(done(chosen)).toEqual(['delete routes old-all', 'delete services old']);
    expect(whys(chosen)).toEqual(['routes old-all: referrer of services old']);
  });

  it('adds what gives a name free', () => {
    const live = [service(1, 'a'), service(2, 'b')];
    const desired = [service(1, 'b'), service(2, 'c')];
    const chosen = choose(desired, live, only({ name: id(1) }));
    expect(whys(chosen)).toEqual(['services c: key of services b']);
  });

  it('does both steps of a swap or none', () => {
    const live = [service(1, 'a'), service(2, 'b')];
    const desired = [service(1, 'b'), service(2, 'a')];
    const all = choose(desired, live, { mode: 'exact' });
    expect(done(all)).toHaveLength(3);
    expect(done(choose(desired, live, only({ name: id(1) })))).toEqual(done(all));
    expect(done(choose(desired, live, { mode: 'exact', except: [{ name: id(2) }] }))).toEqual([]);
  });

  it('deletes nothing in mode add-and-update, and says what can not be done for it', () => {
    const live = [
      entity('keyauth_credentials', 1, { key: 'k', consumer: { id: id(9) } }),
      entity('consumers', 9, { username: 'ann' }),
    ];
    const desired = [service(2, 'new')];
    const chosen = choose(desired, live, { mode: 'add-and-update' });
    expect(done(chosen)).toEqual(['create services new']);
    expect(chosen.blocked).toEqual([]);
    expect(chosen.left).toBe(2);
  });

  it('leaves out what was excepted, and what needs it', () => {
    const desired = [service(1, 'orders'), route(2, 'orders-all', 1), service(3, 'other')];
    const chosen = choose(desired, [], { mode: 'exact', except: [{ kind: 'services', name: 'orders' }] });
    expect(done(chosen)).toEqual(['create services other']);
    expect(chosen.blocked.map(({ change, why, by }) => [change.label, why, by?.label])).toEqual([
      ['orders-all', 'needs', 'orders'],
    ]);
  });

  it('never deletes what the ACME plugin made, nor what it stands on', () => {
    const tags = ['managed-by-acme'];
    const live = [
      entity('certificates', 1, { cert: 'c', key: 'k', tags }),
      entity('snis', 2, { name: 'shop.test', certificate: { id: id(1) }, tags }),
      entity('certificates', 3, { cert: 'd', key: 'l' }),
      entity('snis', 4, { name: 'other.test', certificate: { id: id(3) }, tags }),
      service(5, 'stray'),
    ];
    const chosen = choose([], live, { mode: 'exact' });
    expect(done(chosen)).toEqual(['delete services stray']);
    expect(chosen.blocked.map(({ change, why, byName }) => [change.id, why, byName])).toEqual([
      [id(4), 'owned', 'acme'],
      [id(2), 'owned', 'acme'],
      [id(1), 'owned', 'acme'],
      [id(3), 'needs', undefined],
    ]);
  });

  it('deletes only what the restore made that is taken back, owned or not, and nothing that others stand on', () => {
    const live = [
      entity('certificates', 1, { cert: 'c', key: 'k', tags: ['managed-by-acme'] }),
      service(2, 'theirs'),
      service(3, 'made'),
      service(4, 'built-on'),
      route(5, 'theirs', 4),
    ];
    const whole = wholePlan([{ desired: [], live }]);
    const made = new Set([id(1), id(3), id(4)]);
    const chosen = planChooser(whole.plan, live, facts, ({ fields }) => made.has(String(fields['id'])))({
      mode: 'exact',
    });
    expect(done(chosen).sort()).toEqual([`delete certificates ${id(1)}`, 'delete services made']);
    expect(chosen.blocked.map(({ change, why }) => `${change.kind} ${change.label} ${why}`).sort()).toEqual([
      'routes theirs others',
      'services built-on needs',
      'services theirs others',
    ]);
  });

  it('does not delete what an entity that stays names in its settings', () => {
    const live = [
      entity('consumers', 1, { username: 'nobody' }),
      entity('plugins', 2, { name: 'key-auth', config: { anonymous: id(1) } }),
    ];
    const chosen = choose([live[1] as Entity], live, { mode: 'exact' });
    expect(done(chosen)).toEqual([]);
    expect(chosen.blocked.map(({ why, byName }) => [why, byName])).toEqual([['used', 'plugins "key-auth"']]);
  });

  it('adds what belongs to the whole gateway and is planned with another workspace', () => {
    const authority = entity('ca_certificates', 1, { cert: 'ca' });
    const whole = wholePlan([
      { desired: [authority], live: [] },
      { workspace: 'team-b', desired: [service(2, 'b', { ca_certificates: [id(1)] })], live: [] },
    ]);
    const chosen = planChooser(whole.plan, [], facts)(only({ workspace: 'team-b' }));
    expect(done(chosen)).toEqual([`create ca_certificates ${id(1)}`, 'create services b']);
  });

  it('names selectors that name nothing', () => {
    const idle = { kind: 'routes', name: 'nope' };
    expect(choose([service(1, 'a')], [], only({ kind: 'services' }, idle)).idle).toEqual([idle]);
    expect(done(choose([service(1, 'a')], [], only()))).toEqual([]);
  });

  it('makes no workspace for which nothing is chosen', () => {
    const plan: Plan = {
      workspaces: [
        { workspace: 'default', exists: true, changes: [], unchanged: 0 },
        { workspace: 'new', exists: false, changes: [], unchanged: 0 },
      ],
    };
    const chooser = planChooser(plan, [], facts);
    expect(chooser({ mode: 'exact' }).plan).toEqual(plan);
    expect(chooser(only({ kind: 'services' })).plan.workspaces.map(({ workspace }) => workspace)).toEqual(['default']);
  });
});
