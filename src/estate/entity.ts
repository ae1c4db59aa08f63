import type { JsonObject } from '../core/json.js';

/** One entity as data, flat: no children inside, references are `{ id }` as in the Admin API. */
export interface Entity {
  /** Collection name of Kong's schema: `services`, `keyauth_credentials` … */
  kind: string;
  fields: JsonObject;
}
