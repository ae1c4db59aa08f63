import { fieldFaults } from './checks/fieldValue.js';
import type { Judgement } from './checks/judgement.js';
import { recordFaults } from './checks/record.js';
import { schemaOf, type RecordSchema } from './compile.js';
import type { SchemaFacts } from './facts.js';
import { installedFacts } from './installed.js';
import type { ValidateOptions } from './validate.js';
import { withoutDatabase } from './withoutDatabase.js';

/** The schema that an entity is held to where it stands; undefined for a kind without facts. */
export function entitySchema(
  facts: SchemaFacts,
  kind: string,
  { edition, plugins, dbless = false, parent }: ValidateOptions,
): RecordSchema | undefined {
  const installed = installedFacts(facts, { ...(edition && { edition }), ...(plugins && { plugins }) });
  const schema = schemaOf(dbless ? withoutDatabase(installed) : installed, kind);
  return schema && parent !== undefined ? nested(schema, dbless) : schema;
}

export function judgementOf(facts: SchemaFacts, options: ValidateOptions): Judgement {
  const { as, crypto, update = false, dbless = false } = options;
  const installed = installedFacts(facts, options);
  return {
    facts: dbless ? withoutDatabase(installed) : installed,
    as,
    update,
    record: recordFaults,
    field: fieldFaults,
    ...(crypto && { crypto }),
  };
}

const nestedSchemas = {
  free: new WeakMap<RecordSchema, RecordSchema>(),
  alone: new WeakMap<RecordSchema, RecordSchema>(),
};

/** The schema of an entity inside its parent. @param alone whether the parent is the only entity it may refer to. */
function nested(schema: RecordSchema, alone: boolean): RecordSchema {
  const known = nestedSchemas[alone ? 'alone' : 'free'];
  let loose = known.get(schema);
  if (loose) return loose;
  const fields = new Map(schema.fields);
  for (const [name, field] of fields) {
    if (field.type !== 'foreign') continue;
    const { eq: _, default: __, required: ___, ...free } = field;
    fields.set(name, alone ? { ...free, eq: null } : free);
  }
  const { subschemas } = schema;
  const below = (name: string): RecordSchema | undefined => {
    const sub = subschemas?.(name);
    return sub && nested(sub, alone);
  };
  loose = { ...schema, fields, ...(subschemas && { subschemas: below }) };
  known.set(schema, loose);
  return loose;
}
