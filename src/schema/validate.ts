import type { JsonObject } from '../core/json.js';
import { fieldFaults } from './checks/fieldValue.js';
import type { Judgement } from './checks/judgement.js';
import { recordFaults } from './checks/record.js';
import { frontFaults } from './checks/frontChecks.js';
import { transformationFaults } from './checks/transformations.js';
import { schemaOf, type RecordSchema } from './compile.js';
import { expandRecord } from './expand.js';
import type { SchemaFacts } from './facts.js';
import type { CryptoChecks } from './formats/format.js';
import { installedFacts, type Installation } from './installed.js';
import type { SchemaProblem } from './problem.js';
import { flatten, type FaultTree } from './problems.js';
import { withoutDatabase } from './withoutDatabase.js';

export interface ValidateOptions extends Installation {
  /** `declarative`: an entity of a file; `admin`: the body of a request to the Admin API. */
  as: 'declarative' | 'admin';
  /** True for a change of part of an entity (PATCH), given as it will be: messages say so, missing fields are fine. */
  update?: boolean;
  /**
   * The foreign field that an entity of a file has by standing inside its parent; leave the field itself out of the value when it
   * names that parent. References need not be there then, a plugin may stand where its scope forbids it, and without a
   * database no further reference is taken.
   */
  parent?: string;
  /** True for a gateway without a database, which refuses some values. */
  dbless?: boolean;
  /** Checks of certificates and keys beyond their form, where a crypto library is at hand. */
  crypto?: CryptoChecks;
}

/** Judges one entity as Kong's own schema does. Nested lists of children are the caller's. A kind without facts has no problems. */
export function validateEntity(
  facts: SchemaFacts,
  kind: string,
  value: JsonObject,
  options: ValidateOptions,
): SchemaProblem[] {
  const { as, crypto, update = false, dbless = false, parent } = options;
  const installed = installedFacts(facts, options);
  const schema = schemaOf(dbless ? withoutDatabase(installed) : installed, kind);
  if (!schema) return [];
  const judgement: Judgement = {
    facts: installed,
    as,
    update,
    record: recordFaults,
    field: fieldFaults,
    ...(crypto && { crypto }),
  };
  const first = as === 'admin' ? frontFaults(kind, value, judgement) : undefined;
  if (first) return flatten(first);
  const here = parent === undefined ? schema : nested(schema, dbless);
  const expanded = expandRecord(here, value, { update, judge: (field, given) => fieldFaults(field, given, judgement) });
  if (expanded.faults) return shorthandProblems(expanded.faults, as);
  const faults = recordFaults(here, expanded.value, judgement, !update);
  if (as === 'admin') transformationFaults(kind, expanded.value, value, faults);
  return flatten(faults);
}

/** The Admin API answers a bad shorthand by its bare name, wherever it stood. */
function shorthandProblems(faults: FaultTree, as: ValidateOptions['as']): SchemaProblem[] {
  const problems = flatten(faults);
  return as === 'admin' ? problems.map((problem) => ({ ...problem, path: problem.path.slice(-1) })) : problems;
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
