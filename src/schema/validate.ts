import type { JsonObject } from '../core/json.js';
import { fieldFaults } from './checks/fieldValue.js';
import { recordFaults } from './checks/record.js';
import { frontFaults } from './checks/frontChecks.js';
import { entityAcceptor } from './accept/entityAcceptor.js';
import { entitySchema, judgementOf } from './entitySchema.js';
import { transformationFaults } from './checks/transformations.js';
import { expandRecord } from './expand.js';
import type { SchemaFacts } from './facts.js';
import type { CryptoChecks } from './formats/format.js';
import type { Installation } from './installed.js';
import type { SchemaProblem } from './problem.js';
import { flatten, type FaultTree } from './problems.js';

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
  const whole = options.as === 'declarative' && !options.update;
  return whole && entityAcceptor(facts, kind, options)(value) ? [] : entityProblems(facts, kind, value, options);
}

/** The whole judgement, for entities that may have a fault. */
export function entityProblems(
  facts: SchemaFacts,
  kind: string,
  value: JsonObject,
  options: ValidateOptions,
): SchemaProblem[] {
  const { as, update = false } = options;
  const here = entitySchema(facts, kind, options);
  if (!here) return [];
  const judgement = judgementOf(facts, options);
  const first = as === 'admin' ? frontFaults(kind, value, judgement) : undefined;
  if (first) return flatten(first);
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
