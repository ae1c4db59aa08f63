import fc, { type Arbitrary } from 'fast-check';
import type { JsonObject } from '../../src/core/json.js';
import type { Entity } from '../../src/estate/entity.js';
import { authorities, certificatePairs, publicKey } from './certificates.js';

/** Entities in an order in which they can be created: what is referred to comes first. Ids are given. */
export type Estate = Entity[];

export interface EstateOptions {
  /**
   * Kinds to make, all that the generator knows when absent. Passwords that a gateway hashes are not among them: no engine
   * can bring those back.
   */
  kinds?: readonly string[];
}

/** A random estate that open-source Kong 3.9 takes as it is. */
export function estates({ kinds }: EstateOptions = {}): Arbitrary<Estate> {
  return fc.record(parts).map((chosen) => {
    const estate = new Builder(chosen).build();
    return kinds ? closed(estate.filter(({ kind }) => kinds.includes(kind))) : estate;
  });
}

const sometimes = <T>(arbitrary: Arbitrary<T>): Arbitrary<T | undefined> => fc.option(arbitrary, { nil: undefined });
const tags = sometimes(fc.uniqueArray(fc.constantFrom('team-a', 'team b', 'prod', 'überall'), { maxLength: 3 }));
const index = fc.nat({ max: 99 });
const secret = fc.stringMatching(/^[a-z0-9]{12,20}$/);
/** What a hasty emitter gets wrong: words that YAML takes for something else, quotes, blanks, several lines. */
const text = fc.oneof(
  fc.constantFrom(
    'yes',
    '0x10',
    '1:20',
    '~',
    "it's",
    'say "hi": now',
    ' edge ',
    'two\nlines\n',
    '- dash',
    '#1',
    'ü\t€',
    'null',
  ),
  fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 30 }),
);

const parts = {
  ids: fc.noShrink(fc.nat({ max: 0xffffff })),
  services: fc.array(
    fc.record({
      host: fc.constantFrom('a.internal', '10.0.0.7', 'b_c.example.com'),
      port: fc.integer({ min: 1, max: 65535 }),
      protocol: fc.constantFrom('http', 'https', 'grpc'),
      retries: fc.nat({ max: 9 }),
      read_timeout: fc.integer({ min: 1, max: 90_000 }),
      tags,
    }),
    { maxLength: 4 },
  ),
  routes: fc.array(
    fc.record({
      service: sometimes(index),
      named: fc.boolean(),
      paths: fc.uniqueArray(fc.constantFrom('/a', '/b/c', '~/d/\\d+$', '/e-f'), { minLength: 1, maxLength: 3 }),
      methods: sometimes(fc.uniqueArray(fc.constantFrom('GET', 'POST', 'DELETE'), { minLength: 1 })),
      hosts: sometimes(fc.uniqueArray(fc.constantFrom('x.example.com', '*.example.com'), { minLength: 1 })),
      headers: sometimes(fc.constant({ 'x-version': ['1', '2'] })),
      strip_path: fc.boolean(),
      preserve_host: fc.boolean(),
      regex_priority: fc.nat({ max: 5 }),
      tags,
    }),
    { maxLength: 5 },
  ),
  consumers: fc.array(
    fc.record({
      custom: sometimes(text.filter((value) => value.trim() !== '')),
      keys: fc.array(secret, { maxLength: 2 }),
      groups: fc.uniqueArray(fc.constantFrom('admins', 'readers', 'g 3'), { maxLength: 2 }),
      jwt: fc.boolean(),
      hmac: fc.boolean(),
      oauth2: fc.boolean(),
      tags,
    }),
    { maxLength: 3 },
  ),
  upstreams: fc.array(
    fc.record({
      algorithm: fc.constantFrom('round-robin', 'least-connections'),
      slots: fc.integer({ min: 10, max: 20_000 }),
      targets: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 0, max: 1000 })), {
        maxLength: 3,
        selector: ([host]) => host,
      }),
      tags,
    }),
    { maxLength: 2 },
  ),
  certificates: fc.array(fc.record({ pair: index, snis: fc.nat({ max: 2 }), tags }), { maxLength: 2 }),
  authorities: fc.nat({ max: authorities.length }),
  vaults: fc.array(fc.record({ description: sometimes(text), tags }), { maxLength: 2 }),
  keySets: fc.array(fc.record({ keys: fc.nat({ max: 2 }) }), { maxLength: 2 }),
  plugins: fc.array(
    fc.record({
      scope: fc.constantFrom('global', 'services', 'routes', 'consumers'),
      of: index,
      plugin: fc.oneof(
        fc.record({
          name: fc.constant('rate-limiting'),
          config: fc.record({ minute: fc.integer({ min: 1, max: 99 }) }),
        }),
        fc.record({
          name: fc.constant('request-termination'),
          config: fc.record({ status_code: fc.integer({ min: 400, max: 599 }), message: text }),
        }),
        fc.record({ name: fc.constant('cors'), config: fc.constant({ origins: ['https://a.example', '*'] }) }),
        fc.record({ name: fc.constant('correlation-id'), config: fc.record({ echo_downstream: fc.boolean() }) }),
      ),
      enabled: fc.boolean(),
      tags,
    }),
    { maxLength: 5 },
  ),
};

type Parts = { [K in keyof typeof parts]: (typeof parts)[K] extends Arbitrary<infer T> ? T : never };

class Builder {
  private readonly estate: Estate = [];
  private made = 0;

  constructor(private readonly parts: Parts) {}

  build(): Estate {
    this.certificates();
    this.traffic();
    this.consumers();
    this.keys();
    this.plugins();
    return this.estate;
  }

  private certificates(): void {
    for (const [n, { pair, snis, tags }] of this.parts.certificates.entries()) {
      const certificate = this.add('certificates', { ...certificatePairs[pair % certificatePairs.length], tags });
      for (let i = 0; i < snis; i++) this.add('snis', { name: `s${n}-${i}.example.com`, certificate });
    }
    for (const cert of authorities.slice(0, this.parts.authorities)) this.add('ca_certificates', { cert });
  }

  private traffic(): void {
    for (const [n, fields] of this.parts.services.entries()) this.add('services', { name: `service-${n}`, ...fields });
    for (const [n, { service, named, ...fields }] of this.parts.routes.entries()) {
      this.add('routes', {
        name: named ? `route-${n}` : undefined,
        service: this.pick('services', service),
        ...fields,
      });
    }
    for (const [n, { targets, ...fields }] of this.parts.upstreams.entries()) {
      const upstream = this.add('upstreams', { name: `upstream-${n}.internal`, ...fields });
      for (const [host, weight] of targets) this.add('targets', { target: `10.0.${n}.${host}:80`, weight, upstream });
    }
  }

  private consumers(): void {
    for (const [n, { custom, keys, groups, jwt, hmac, oauth2, tags }] of this.parts.consumers.entries()) {
      const consumer = this.add('consumers', {
        username: `consumer-${n}`,
        custom_id: custom === undefined ? undefined : `${custom}-${n}`,
        tags,
      });
      for (const [i, key] of keys.entries()) this.add('keyauth_credentials', { key: `${key}${n}${i}`, consumer });
      for (const group of groups) this.add('acls', { group, consumer });
      if (jwt) this.add('jwt_secrets', { key: `iss-${n}`, algorithm: 'HS256', secret: `jwt-secret-${n}`, consumer });
      if (hmac) this.add('hmacauth_credentials', { username: `hmac-${n}`, secret: `hmac-secret-${n}`, consumer });
      if (oauth2) {
        const fields = {
          name: `app ${n}`,
          client_id: `id-${n}`,
          client_secret: `s-${n}`,
          redirect_uris: ['https://x.y/z'],
        };
        this.add('oauth2_credentials', { ...fields, consumer });
      }
    }
  }

  private keys(): void {
    for (const [n, { description, tags }] of this.parts.vaults.entries()) {
      this.add('vaults', { name: 'env', prefix: `vault-${n}`, description, config: { prefix: `V${n}_` }, tags });
    }
    for (const [n, { keys }] of this.parts.keySets.entries()) {
      const set = this.add('key_sets', { name: `set-${n}` });
      for (let i = 0; i < keys; i++) {
        this.add('keys', { name: `key-${n}-${i}`, kid: `kid-${n}-${i}`, set, pem: { public_key: publicKey } });
      }
    }
  }

  /** A plugin may be there once for each scope, and some for no consumer. */
  private plugins(): void {
    const taken = new Set<string>();
    for (const { scope, of, plugin, enabled, tags } of this.parts.plugins) {
      if (scope === 'consumers' && plugin.name === 'cors') continue;
      const owner = scope === 'global' ? undefined : this.pick(scope, of);
      const place = `${plugin.name} ${owner?.id ?? 'global'}`;
      if (taken.has(place)) continue;
      taken.add(place);
      this.add('plugins', { ...plugin, enabled, tags, ...(owner ? { [scope.slice(0, -1)]: owner } : {}) });
    }
  }

  /** @returns the reference to what was made. */
  private add(kind: string, fields: Record<string, unknown>): { id: string } {
    const id = `${hex(this.parts.ids, 8)}-0000-4000-8000-${hex(++this.made, 12)}`;
    const given = Object.fromEntries(Object.entries({ id, ...fields }).filter(([, value]) => value !== undefined));
    this.estate.push({ kind, fields: given as JsonObject });
    return { id };
  }

  private pick(kind: string, at: number | undefined): { id: string } | undefined {
    const all = this.estate.filter((entity) => entity.kind === kind);
    const chosen = at === undefined ? undefined : all[at % Math.max(1, all.length)];
    return chosen && { id: String(chosen.fields['id']) };
  }
}

const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');

/** Without entities whose owner was left out. */
function closed(estate: Estate): Estate {
  const ids = new Set(estate.map(({ fields }) => fields['id']));
  const refers = (value: unknown): boolean => {
    const id = (value as { id?: unknown } | null)?.id;
    return typeof value === 'object' && typeof id === 'string' && !ids.has(id);
  };
  return estate.filter(({ fields }) => !Object.values(fields).some(refers));
}
