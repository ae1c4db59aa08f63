import type { EntityFacts, FieldFacts, SchemaFacts } from './facts.js';

const text: FieldFacts = { type: 'string' };
const needed: FieldFacts = { type: 'string', required: true };
const flag: FieldFacts = { type: 'boolean' };
const time: FieldFacts = { type: 'integer', timestamp: true };
const anything: FieldFacts = { type: 'map', keys: { type: 'string' } };
const id: Record<string, FieldFacts> = { id: { type: 'string', uuid: true } };
const named: Record<string, FieldFacts> = { ...id, name: needed };
const created: Record<string, FieldFacts> = { created_at: time };
const dated: Record<string, FieldFacts> = { ...created, updated_at: time };
const tagged: Record<string, FieldFacts> = { tags: { type: 'set', elements: text } };

const listOf = (fields: Record<string, FieldFacts>): FieldFacts => ({
  type: 'array',
  elements: { type: 'record', fields },
});

const kind = (...fields: Record<string, FieldFacts>[]): EntityFacts => ({
  fields: Object.assign({}, ...fields) as Record<string, FieldFacts>,
});

const actions: FieldFacts = {
  type: 'array',
  elements: { type: 'string', one_of: ['create', 'read', 'update', 'delete'] },
};

const packageDocument: FieldFacts = {
  type: 'record',
  fields: { ...id, path: text, content: text, published: flag },
};

/**
 * Kinds that decK writes for Enterprise gateways and Konnect, and of which no open-source gateway has a schema: their fields as
 * decK and the Admin API's description have them.
 */
export const enterpriseKinds: SchemaFacts['entities'] = {
  consumer_groups: kind(
    named,
    { consumers: listOf({ ...id, username: text, custom_id: text, ...dated, ...tagged }) },
    dated,
    tagged,
  ),
  licenses: kind(id, { payload: needed }, dated),
  partials: kind(id, { name: text, type: needed, config: anything }, dated, tagged),
  rbac_roles: kind(named, created, {
    comment: text,
    is_default: flag,
    endpoint_permissions: listOf({
      workspace: needed,
      endpoint: needed,
      actions,
      negative: flag,
      comment: text,
      ...created,
    }),
  }),
  custom_entities: kind(id, { type: needed, fields: { type: 'map' } }),
  custom_plugins: kind(named, { schema: needed, handler: needed }, dated, tagged),
  cloned_plugins: kind(named, { ref: needed, priority: { type: 'integer' } }, dated, tagged),
  service_packages: kind(named, {
    description: text,
    document: packageDocument,
    versions: listOf({ ...id, version: needed, document: packageDocument, implementation: anything }),
  }),
};
