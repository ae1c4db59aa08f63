import type { JsonObject } from '../core/json.js';
import type { SchemaProblem } from './problem.js';

/** Kong's answer to a value that its schema does not take. */
export interface SchemaViolation {
  name: 'schema violation';
  code: 2;
  message: string;
  fields: JsonObject;
}

/** Kong's tree of problems: nested as the value is, lists by position, checks over several fields under `@entity`. */
export function fieldsOf(_problems: readonly SchemaProblem[]): JsonObject {
  return {};
}

/** The body of Kong's 400 answer. */
export function schemaViolation(problems: readonly SchemaProblem[]): SchemaViolation {
  return { name: 'schema violation', code: 2, message: 'schema violation', fields: fieldsOf(problems) };
}
