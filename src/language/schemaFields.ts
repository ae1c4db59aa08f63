import type { JsonObject } from '../core/json.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';

interface KindAndValue {
  kind: string;
  value: JsonObject;
}

/** The facts of the field that a path inside an entity leads to; a plugin's configuration by the plugin's name. */
export function fieldAt(facts: SchemaFacts, entity: KindAndValue, path: Path): FieldFacts | undefined {
  const [first, ...rest] = path;
  let field = ownFields(facts, entity)[String(first)];
  for (const key of rest) {
    if (!field) return undefined;
    if (field.type === 'array' || field.type === 'set') field = field.elements;
    else if (field.type === 'map') field = field.values;
    else field = field.fields?.[key] ?? field.shorthand_fields?.[key];
  }
  return field;
}

/** The fields that the value at a path may have; undefined when it is no record. */
export function fieldsAt(facts: SchemaFacts, entity: KindAndValue, path: Path): Record<string, FieldFacts> | undefined {
  if (path.length === 0) return ownFields(facts, entity);
  const field = fieldAt(facts, entity, path);
  return field?.type === 'record' ? { ...field.fields, ...field.shorthand_fields } : undefined;
}

function ownFields(facts: SchemaFacts, { kind, value }: KindAndValue): Record<string, FieldFacts> {
  const entity = facts.entities[kind];
  const fields = { ...entity?.fields, ...entity?.shorthand_fields };
  if (kind !== 'plugins') return fields;
  const name = value['name'];
  const plugin = typeof name === 'string' && Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  return { ...fields, ...plugin?.fields };
}
