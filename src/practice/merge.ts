import { isObject, type JsonObject } from '../core/json.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';

type Fields = Record<string, FieldFacts>;

/** What a PATCH makes of an entity: records are merged field by field, everything else is replaced. */
export function merged(facts: SchemaFacts, kind: string, before: JsonObject, change: JsonObject): JsonObject {
  const fields = { ...facts.entities[kind]?.fields };
  if (kind === 'plugins') {
    const name = change['name'] ?? before['name'];
    const config = typeof name === 'string' ? facts.plugins[name]?.fields['config'] : undefined;
    if (config) fields['config'] = config;
  }
  return mergeFields(fields, before, change);
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
