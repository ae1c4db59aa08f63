import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { SchemaProblem } from '../schema/problem.js';
import { validateEntity } from '../schema/validate.js';
import { nodeCrypto } from '../schema/nodeCrypto.js';

/** All that Kong has against the body of a request. @param update true when the value is what a PATCH would make. */
export function judged(facts: SchemaFacts, kind: string, value: JsonObject, update = false): SchemaProblem[] {
  return validateEntity(facts, kind, value, { as: 'admin', crypto: nodeCrypto, update });
}
