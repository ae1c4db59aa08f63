import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from './facts.js';
import type { SchemaProblem } from './problem.js';

export interface ValidateOptions {
  /** `declarative`: an entity of a file; `admin`: the body of a request to the Admin API. */
  as: 'declarative' | 'admin';
  /** True for a change of part of an entity (PATCH): missing fields are fine. */
  update?: boolean;
}

/** Judges one entity as Kong's own schema does. Nested lists of children are the caller's. Never throws. */
export function validateEntity(
  _facts: SchemaFacts,
  _kind: string,
  _value: JsonObject,
  _options: ValidateOptions,
): SchemaProblem[] {
  return [];
}
