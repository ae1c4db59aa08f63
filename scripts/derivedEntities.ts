import type { EntityFacts, FieldFacts, SchemaFacts } from '../src/schema/facts.js';

/** The version whose entity kinds stand in for those of versions that only the plugins' schemas are known of. */
export const entitiesFrom = '3.9';

const cookie: Record<string, FieldFacts> = {
  sticky_sessions_cookie: { type: 'string' },
  sticky_sessions_cookie_path: { type: 'string', starts_with: '/', default: '/' },
};

/** Open-source gateways end with 3.9: those after it serve WebSockets, as the protocols of their plugins say. */
const webSockets = ['ws', 'wss'];

const time: FieldFacts = { type: 'integer', auto: true, timestamp: true };
const dates: Record<string, FieldFacts> = { created_at: time, updated_at: time };
const id: Record<string, FieldFacts> = { id: { type: 'string', auto: true, uuid: true } };
const text: FieldFacts = { type: 'string' };

const owned = (reference: string): FieldFacts => ({ type: 'foreign', required: true, reference, on_delete: 'cascade' });
const foreign = (...fields: string[]): NonNullable<EntityFacts['foreign']> =>
  Object.fromEntries(
    fields.map((field) => [field, { reference: `${field}s`, required: true, on_delete: 'cascade' as const }]),
  );

/** Groups of consumers, as the Admin API's description has them. */
const consumerGroups: Record<string, EntityFacts> = {
  consumer_groups: {
    fields: {
      ...id,
      ...dates,
      name: { type: 'string', required: true, unique: true },
      tags: { type: 'set', elements: text },
    },
    unique: ['name'],
    endpoint_key: 'name',
  },
  consumer_group_consumers: {
    fields: { ...dates, consumer_group: owned('consumer_groups'), consumer: owned('consumers') },
    foreign: foreign('consumer_group', 'consumer'),
    primary_key: ['consumer_group', 'consumer'],
    cache_key: ['consumer_group', 'consumer'],
  },
  consumer_group_plugins: {
    fields: {
      ...id,
      ...dates,
      consumer_group: owned('consumer_groups'),
      name: { type: 'string', required: true },
      config: { type: 'map', keys: text },
    },
    foreign: foreign('consumer_group'),
    cache_key: ['consumer_group', 'name'],
  },
};

const byPhase: FieldFacts = { type: 'map', keys: text, values: { type: 'array', elements: text } };

/** What only Enterprise gateways take on every plugin. */
const ofPlugins: Record<string, FieldFacts> = {
  consumer_group: { type: 'foreign', default: null, reference: 'consumer_groups', on_delete: 'cascade' },
  ordering: { type: 'record', fields: { before: byPhase, after: byPhase } },
  partials: { type: 'array', elements: { type: 'record', fields: { id: text, name: text, path: text } } },
};

type Release = [major: number, minor: number];

/** Holds from a release on, or up to the one before another. */
interface Difference {
  since?: Release;
  before?: Release;
  apply(entities: SchemaFacts['entities']): void;
}

/** How kinds of later versions differ from those of `entitiesFrom`, as far as their plugins' schemas and decK's own tell. */
const differences: readonly Difference[] = [
  {
    before: [3, 7],
    apply({ jwt_secrets }) {
      const algorithm = jwt_secrets?.fields['algorithm'];
      if (!algorithm?.one_of) return;
      const since37 = ['ES512', 'PS256', 'PS384', 'PS512', 'EdDSA'];
      algorithm.one_of = algorithm.one_of.filter((name) => !since37.includes(String(name)));
    },
  },
  {
    since: [3, 10],
    apply({ services, routes, plugins }) {
      for (const field of [
        services?.fields['protocol'],
        routes?.fields['protocols']?.elements,
        plugins?.fields['protocols']?.elements,
      ]) {
        if (field?.one_of) field.one_of = [...field.one_of, ...webSockets];
      }
    },
  },
  {
    since: [3, 10],
    apply(entities) {
      const { plugins } = entities;
      if (!plugins) return;
      Object.assign(entities, consumerGroups);
      Object.assign(plugins.fields, ofPlugins);
      Object.assign((plugins.foreign ??= {}), {
        consumer_group: { reference: 'consumer_groups', on_delete: 'cascade' },
      });
      plugins.cache_key?.push('consumer_group');
    },
  },
  {
    since: [3, 12],
    apply({ plugins }) {
      Object.assign(plugins?.fields ?? {}, { condition: text });
    },
  },
  {
    since: [3, 11],
    apply({ upstreams }) {
      if (!upstreams) return;
      Object.assign(upstreams.fields, cookie);
      upstreams.fields['algorithm']?.one_of?.push('sticky-sessions');
    },
  },
];

/** The entity kinds of a version that only the schemas of its plugins are known of. */
export function derivedEntities(version: string, known: SchemaFacts['entities']): SchemaFacts['entities'] {
  const entities = structuredClone(known);
  for (const { since, before, apply } of differences) {
    if (since && isBefore(version, since)) continue;
    if (!before || isBefore(version, before)) apply(entities);
  }
  return entities;
}

function isBefore(version: string, [major, minor]: Release): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
