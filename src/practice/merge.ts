import { isObject, type JsonObject } from '../core/json.js';
import { withoutShorthands } from '../schema/defaults.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';

type Fields = Record<string, FieldFacts>;

/** What a PATCH makes of an entity: records are merged field by field, everything else is replaced. */
export function merged(facts: SchemaFacts, kind: string, before: JsonObject, change: JsonObject): JsonObject {
  const fields = { ...facts.entities[kind]?.fields };
  const named: JsonObject = {};
  if (kind === 'plugins') {
    const name = change['name'] ?? before['name'];
    const config = typeof name === 'string' ? facts.plugins[name]?.fields['config'] : undefined;
    if (config) fields['config'] = config;
    if (name !== undefined) named['name'] = name;
  }
  // A value may stand under its old name and its new one: what was there must not contradict what comes.
  const spread = (value: JsonObject): JsonObject => withoutShorthands(facts, kind, { ...named, ...value });
  return mergeFields(fields, spread(before), spread(change));
}

function mergeFields(fields: Fields, before: JsonObject, change: JsonObject): JsonObject {
  const result = { ...before, ...change };
  for (const [name, value] of Object.entries(change)) {
    const old = before[name];
    const field = fields[name];
    if (field?.type === 'record' && isObject(old) && isObject(value)) {
      result[name] = mergeFields(field.fields ?? {}, old, value);
    }
  }
  return result;
}
