import type { JsonObject } from '../core/json.js';
import type { SchemaFacts } from './facts.js';

export interface DefaultsOptions {
  /** True to answer absent optional fields as `null`, as the Admin API does; false to leave them out. */
  nulls: boolean;
}

/** What Kong stores and answers for what was posted. Fields that Kong makes (id, created_at) are the caller's. */
export function withDefaults(
  _facts: SchemaFacts,
  _kind: string,
  value: JsonObject,
  _options: DefaultsOptions,
): JsonObject {
  return structuredClone(value);
}
