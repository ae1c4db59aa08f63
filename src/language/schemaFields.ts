import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { FieldFacts, SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import { valueAtPath } from './values.js';

interface KindAndValue {
  kind: string;
  value: JsonObject;
}

/** The facts of the field that a path inside an entity leads to; a plugin's configuration by the plugin's name. */
export function fieldAt(facts: SchemaFacts, entity: KindAndValue, path: Path): FieldFacts | undefined {
  const [first, ...rest] = path;
  let field = ownFields(facts, entity)[String(first)];
  let value: Json | undefined = entity.value[String(first)];
  for (const key of rest) {
    if (!field) return undefined;
    const record = value;
    value = valueAtPath(value ?? null, [key]);
    if (field.type === 'array' || field.type === 'set') field = field.elements;
    else if (field.type === 'map') field = field.values;
    else field = pickedFields(field, record)?.[key] ?? field.fields?.[key] ?? field.shorthand_fields?.[key];
  }
  return field;
}

/** The fields that the value at a path may have; undefined when it is no record. */
export function fieldsAt(facts: SchemaFacts, entity: KindAndValue, path: Path): Record<string, FieldFacts> | undefined {
  if (path.length === 0) return ownFields(facts, entity);
  const field = fieldAt(facts, entity, path);
  if (field?.type !== 'record') return undefined;
  return joined(field.shorthand_fields, { ...field.fields, ...pickedFields(field, valueAtPath(entity.value, path)) });
}

/** Fields that a record has by the value of one of them. */
function pickedFields({ subschema_key: key, subschemas }: FieldFacts, value: Json | undefined): FieldFacts['fields'] {
  const picked = key !== undefined && isObject(value) ? value[key] : undefined;
  return typeof picked === 'string' && subschemas && Object.hasOwn(subschemas, picked)
    ? subschemas[picked]?.fields
    : undefined;
}

function ownFields(facts: SchemaFacts, { kind, value }: KindAndValue): Record<string, FieldFacts> {
  const entity = facts.entities[kind];
  const fields = joined(entity?.shorthand_fields, entity?.fields);
  if (kind !== 'plugins') return fields;
  const name = value['name'];
  const plugin = typeof name === 'string' && Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  return { ...fields, ...plugin?.fields };
}

/** The fields first, then the shorthands; of a name that is both the field says more. */
const joined = (shorthands: FieldFacts['fields'], fields: FieldFacts['fields']): Record<string, FieldFacts> => ({
  ...fields,
  ...shorthands,
  ...fields,
});
