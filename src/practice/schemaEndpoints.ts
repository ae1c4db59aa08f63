import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../core/json.js';
import type { EntityFacts, FieldFacts, PluginFacts } from '../schema/facts.js';
import { schemaViolation } from '../schema/schemaErrors.js';
import { fillAutoFields, fillConfig } from './autoFields.js';
import { judged } from './judgement.js';
import { message, notFound, ok, type Reply } from './reply.js';
import type { AdminRequest, Endpoint } from './router.js';
import type { Storage } from './storage.js';

/** `/schemas/…`: what Kong says of its schemas, and its judgement of a value. */
export function schemaEndpoints(storage: Storage): Endpoint[] {
  const { facts, dialect } = storage;
  const { tellsChecks } = dialect;
  const known = <T>(map: Record<string, T>, name: string): T | undefined =>
    Object.hasOwn(map, name) ? map[name] : undefined;
  const plugin = (name: string): Reply => {
    const schema = known(facts.plugins, name);
    return schema ? ok(schemaBody(schema, tellsChecks)) : notFound(`No plugin named '${name}'`);
  };
  const validate = (kind: string, request: AdminRequest): Reply => {
    const entity = known(facts.entities, kind);
    return entity ? verdict(storage, kind, entity, request) : notFound(`No entity named '${kind}'`);
  };
  return [
    {
      path: '/schemas/{name}',
      methods: {
        GET: ({ params: { name = '' } }) => {
          const schema = known(facts.entities, name);
          return schema ? ok(schemaBody(schema, tellsChecks)) : notFound(`No entity named '${name}'`);
        },
      },
    },
    {
      path: '/schemas/{db_entity_name}/validate',
      methods: { POST: (request) => validate(request.params['db_entity_name'] ?? '', request) },
    },
    { path: '/schemas/plugins/{name}', methods: { GET: ({ params }) => plugin(params['name'] ?? '') } },
    { path: '/schemas/plugins/validate', methods: { POST: (request) => validate('plugins', request) } },
    {
      path: '/schemas/vaults/{name}',
      methods: { GET: ({ params }) => notFound(`No vault named '${params['name']}'`) },
    },
    { path: '/schemas/vaults/validate', methods: { POST: (request) => validate('vaults', request) } },
    {
      path: '/schemas/filters/{name}',
      methods: { GET: ({ params }) => notFound(`Filter '${params['name']}' not found`) },
    },
    {
      path: '/plugins/schema/{name}',
      methods: {
        GET: ({ params: { name = '' } }) => {
          const config = known(facts.plugins, name)?.fields['config'];
          return config ? ok({ fields: fieldList(config.fields ?? {}) }) : notFound(`No plugin named '${name}'`);
        },
      },
    },
  ];
}

function verdict(storage: Storage, kind: string, facts: EntityFacts, request: AdminRequest): Reply {
  const value = request.fields(kind);
  fillAutoFields(facts, value, 'insert', { now: Date.now, newId: randomUUID });
  if (kind === 'plugins') fillConfig(storage.facts, value);
  const problems = judged(storage.facts, kind, value);
  if (problems.length > 0) return { status: 400, body: { ...schemaViolation(problems) } };
  return message(200, 'schema validation successful');
}

/** A schema as Kong writes it: a list of fields, one object each. */
function schemaBody(facts: EntityFacts | PluginFacts, tellsChecks: boolean): JsonObject {
  return {
    fields: fieldList(facts.fields),
    ...(tellsChecks && { entity_checks: (facts.entity_checks ?? []) as Json }),
  };
}

function fieldList(fields: Record<string, FieldFacts>): Json[] {
  return Object.entries(fields).map(([name, field]): Json => ({ [name]: fieldBody(field) }));
}

function fieldBody({ fields, shorthand_fields: shorthands, elements, keys, values, ...plain }: FieldFacts): JsonObject {
  return {
    ...(plain as unknown as JsonObject),
    ...(fields && { fields: fieldList(fields) }),
    ...(shorthands && { shorthand_fields: fieldList(shorthands) }),
    ...(elements && { elements: fieldBody(elements) }),
    ...(keys && { keys: fieldBody(keys) }),
    ...(values && { values: fieldBody(values) }),
  };
}
