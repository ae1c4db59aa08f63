import type { Json, JsonObject } from '../../core/json.js';
import type { Field, RecordSchema } from '../compile.js';
import type { SchemaFacts } from '../facts.js';
import type { FormatContext } from '../formats/format.js';
import type { Faults, FaultTree } from '../problems.js';

/** What every check is told about the entity that is judged. */
export interface Judgement extends FormatContext {
  facts: SchemaFacts;
  /** True when only part of an entity is judged. */
  update: boolean;
  /** Judges the fields of a record and what holds between them: values nest in records and records in values. */
  record(schema: RecordSchema, value: Json[] | JsonObject, judgement: Judgement, full?: boolean): FaultTree;
  /** Judges one field's value. */
  field(field: Field, value: Json, judgement: Judgement): Faults | undefined;
}

/** A check over several fields that Kong does in Lua. @returns Kong's answer; undefined when it has nothing against. */
export type EntityRule = (entity: JsonObject, judgement: Judgement) => string | undefined;
