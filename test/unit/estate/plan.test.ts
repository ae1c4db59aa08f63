import { describe, expect, it } from 'vitest';
import { credentialWarnings } from '../../../src/estate/credentialWarnings.js';
import type { JsonObject } from '../../../src/core/json.js';
import type { Entity } from '../../../src/estate/entity.js';
import { planWorkspace } from '../../../src/estate/plan.js';
import { withDefaults } from '../../../src/schema/defaults.js';
import { facts } from './shippedFacts.js';
import { StrictGateway } from './strictGateway.js';

const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const entity = (kind: string, fields: JsonObject): Entity => ({ kind, fields });
const service = (n: number, name: string, more: JsonObject = {}): Entity =>
  entity('services', { id: id(n), name, host: 'a.internal', ...more });
const consumer = (n: number, username: string): Entity => entity('consumers', { id: id(n), username });

/** As the Admin API answers. */
const answered = ({ kind, fields }: Entity): Entity => ({
  kind,
  fields: { ...withDefaults(facts, kind, fields, { nulls: true }), created_at: 1, updated_at: 2 },
});
const plan = (live: readonly Entity[], desired: readonly Entity[], selectTags?: string[]) =>
  planWorkspace({
    workspace: 'default',
    exists: true,
    live: live.map(answered),
    desired,
    facts,
    ...(selectTags ? { selectTags } : {}),
  });
const steps = (...args: Parameters<typeof plan>): string[] =>
  plan(...args).changes.map(({ action, kind, label }) => `${action} ${kind} ${label}`);

describe('a difference', () => {
  it('is none in defaults, nulls, times, the order of a set or a computed field', () => {
    const live = [
      service(1, 'a', { tags: ['x', 'y'], protocol: 'http' }),
      entity('ca_certificates', { id: id(2), cert: 'pem', cert_digest: 'abc' }),
    ];
    const desired = [
      service(1, 'a', { tags: ['y', 'x'], path: null }),
      entity('ca_certificates', { id: id(2), cert: 'pem' }),
    ];
    expect(plan(live, desired)).toMatchObject({ changes: [], unchanged: 2 });
  });

  it('is none between a field and its old name', () => {
    const limits = (config: JsonObject): Entity => entity('plugins', { id: id(1), name: 'rate-limiting', config });
    const live = limits({ minute: 1, policy: 'redis', redis: { host: 'r' } });
    expect(steps([live], [limits({ minute: 1, policy: 'redis', redis_host: 'r' })])).toEqual([]);
  });

  it('is one where null is said and absent would mean a default', () => {
    expect(plan([service(1, 'a')], [service(1, 'a', { retries: null })]).changes).toMatchObject([
      { action: 'update', after: { retries: null }, fields: [{ path: 'retries', before: 5, after: null }] },
    ]);
    expect(steps([service(1, 'a', { retries: null })], [service(1, 'a', { retries: null })])).toEqual([]);
  });

  it('is named by its path', () => {
    const route = (paths: string[], headers: JsonObject): Entity =>
      entity('routes', { id: id(1), name: 'r', paths, headers });
    const { changes } = plan([route(['/a', '/b'], { 'x-a': ['1'] })], [route(['/a', '/c'], { 'x-a': ['2'] })]);
    expect(changes[0]?.fields).toEqual([
      { path: 'headers.x-a[0]', before: '1', after: '2' },
      { path: 'paths[1]', before: '/b', after: '/c' },
    ]);
  });

  it('is none in what is left of a lifetime', () => {
    const key = (ttl: number | null): Entity =>
      entity('keyauth_credentials', { id: id(2), key: 'k', ttl, consumer: { id: id(1) } });
    expect(steps([consumer(1, 'a'), key(100)], [consumer(1, 'a'), key(3600)])).toEqual([]);
    expect(steps([consumer(1, 'a'), key(100)], [consumer(1, 'a'), key(null)])).toHaveLength(1);
  });
});

describe('an entity under another id', () => {
  it("keeps the gateway's, and every reference follows", () => {
    const live = [
      service(1, 'a'),
      entity('routes', { id: id(2), name: 'r', paths: ['/r'], service: { id: id(1) } }),
      consumer(3, 'nobody'),
    ];
    const desired = [
      service(11, 'a'),
      entity('routes', { id: id(12), name: 'r', paths: ['/r'], service: { id: id(11) } }),
      consumer(13, 'nobody'),
      entity('plugins', { id: id(14), name: 'key-auth', route: { id: id(12) }, config: { anonymous: id(13) } }),
    ];
    expect(plan(live, desired).changes).toMatchObject([
      {
        action: 'create',
        id: id(14),
        label: 'key-auth (route r)',
        after: { route: { id: id(2) }, config: { anonymous: id(3) } },
      },
    ]);
  });

  it.each<[string, Entity, Entity]>([
    [
      'a target',
      entity('targets', { target: 'h:80', weight: 1, upstream: { id: id(1) } }),
      entity('targets', { target: 'h:80', weight: 2, upstream: { id: id(1) } }),
    ],
    [
      'a plugin by its scope',
      entity('plugins', { name: 'cors', enabled: true }),
      entity('plugins', { name: 'cors', enabled: false }),
    ],
    [
      'a vault by its prefix',
      entity('vaults', { name: 'env', prefix: 'v-a' }),
      entity('vaults', { name: 'env', prefix: 'v-a', description: 'x' }),
    ],
    ['a nameless route by all it says', entity('routes', { paths: ['/a'] }), entity('routes', { paths: ['/a'] })],
  ])('is recognised: %s', (_what, live, desired) => {
    const upstream = entity('upstreams', { id: id(1), name: 'u' });
    const numbered = (each: Entity, n: number): Entity => entity(each.kind, { id: id(n), ...each.fields });
    const { changes } = plan([upstream, numbered(live, 2)], [upstream, numbered(desired, 3)]);
    expect(changes.every((change) => change.action === 'update' && change.id === id(2))).toBe(true);
  });

  it('may be named by name where only the gateway has it', () => {
    const plugin = entity('plugins', { id: id(2), name: 'cors', service: { name: 'a' } });
    expect(plan([service(1, 'a')], [service(1, 'a'), plugin]).changes).toMatchObject([
      { after: { service: { id: id(1) } } },
    ]);
  });
});

describe('the order of changes', () => {
  it('puts parents before children, and children first when they go', () => {
    const family = [
      entity('plugins', { id: id(3), name: 'cors', route: { id: id(2) } }),
      entity('routes', { id: id(2), name: 'r', paths: ['/r'], service: { id: id(1) } }),
      service(1, 'a'),
    ];
    expect(steps([], family)).toEqual(['create services a', 'create routes r', 'create plugins cors (route r)']);
    expect(steps(family, [])).toEqual(['delete plugins cors (route r)', 'delete routes r', 'delete services a']);
  });

  it('frees a value before another takes it', () => {
    const live = [consumer(1, 'a'), consumer(2, 'b')];
    const desired = [entity('consumers', { id: id(1), username: 'b', custom_id: 'x' })];
    expect(steps(live, desired)).toEqual(['delete consumers b', 'update consumers b']);
  });

  it('moves children away before a parent goes', () => {
    const route = (to: number): Entity =>
      entity('routes', { id: id(3), name: 'r', paths: ['/r'], service: { id: id(to) } });
    expect(steps([service(1, 'a'), route(1)], [service(2, 'b'), route(2)])).toEqual([
      'create services b',
      'update routes r',
      'delete services a',
    ]);
  });

  it('lets two that swap a name pass each other', () => {
    const live = [service(1, 'a'), service(2, 'b')];
    const { changes } = plan(live, [service(1, 'b'), service(2, 'a')]);
    const gateway = new StrictGateway(live);
    for (const change of changes) gateway.apply(change);
    expect(gateway.entities().map(({ fields }) => fields['name'])).toEqual(['b', 'a']);
    expect(changes.map(({ action }) => action)).toEqual(['update', 'update', 'update']);
  });
});

describe('tags to select by', () => {
  it('protect from deletion what does not have them all', () => {
    const live = [service(1, 'a', { tags: ['mine', 'x'] }), service(2, 'b', { tags: ['theirs'] }), service(3, 'c')];
    expect(steps(live, [], ['mine'])).toEqual(['delete services a']);
  });
});

describe('a basic-auth password', () => {
  const alice = consumer(1, 'alice');
  const login = (password: string): Entity =>
    entity('basicauth_credentials', { id: id(2), username: 'alice', password, consumer: { id: id(1) } });

  const hash = 'a'.repeat(40);
  const rehashed = 'f'.repeat(40);

  it('in clear is the one whose hash the gateway keeps', async () => {
    const bytes = new TextEncoder().encode(`pw1${id(1)}`);
    const digest = Buffer.from(await crypto.subtle.digest('SHA-1', bytes)).toString('hex');
    expect(steps([alice, login(digest)], [alice, login('pw1')])).toEqual([]);
    expect(steps([alice, login(digest)], [alice, login('pw2')])).toEqual(['update basicauth_credentials alice']);
  });

  it('that stays as it is loses nothing', () => {
    expect(credentialWarnings(plan([alice, login(hash)], [alice, login(hash)]))).toEqual([]);
  });

  it('that is a hash would break when it is written', () => {
    expect(credentialWarnings(plan([], [alice, login(hash)]))).toMatchObject([{ code: 'password-hashed', id: id(2) }]);
    expect(credentialWarnings(plan([alice, login(rehashed)], [alice, login(hash)]))).toHaveLength(1);
    expect(credentialWarnings(plan([], [alice, login('in clear')]))).toEqual([]);
  });

  it('is not written when only something else changes', () => {
    const tagged = entity('basicauth_credentials', { ...login(hash).fields, tags: ['x'] });
    expect(credentialWarnings(plan([alice, login(hash)], [alice, tagged]))).toEqual([]);
  });
});

describe('an oauth2 secret', () => {
  it('that is a hash would break when it is written', () => {
    const app = (client_secret: string): Entity =>
      entity('oauth2_credentials', {
        id: id(2),
        name: 'app',
        client_id: 'c',
        client_secret,
        hash_secret: true,
        consumer: { id: id(1) },
      });
    const hashed = '$pbkdf2-sha512$i=10000,l=32$c2FsdA$aGFzaA';
    expect(credentialWarnings(plan([], [consumer(1, 'a'), app(hashed)]))).toMatchObject([{ code: 'secret-hashed' }]);
    expect(credentialWarnings(plan([], [consumer(1, 'a'), app('in clear')]))).toEqual([]);
  });
});
