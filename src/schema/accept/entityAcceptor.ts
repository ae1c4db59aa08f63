import type { Json, JsonObject } from '../../core/json.js';
import type { RecordSchema } from '../compile.js';
import { entitySchema, judgementOf } from '../entitySchema.js';
import type { SchemaFacts } from '../facts.js';
import type { ValidateOptions } from '../validate.js';
import type { RecordAcceptor } from './acceptor.js';
import { compileRecord, recordAcceptor, type Reading } from './recordAcceptor.js';

/** How an entity is written that is not as Kong would get it. */
export interface EntityReading {
  /** A null counts as a field that was left out. */
  nullsAbsent?: boolean;
  /** Fields that are passed over. */
  ignored?: readonly string[];
  /** Names that are passed over where the kind has no such field. */
  tolerated?: readonly string[];
  /** Ways to write a reference besides a string. */
  reference?: (value: Json) => boolean;
}

const compiled = new WeakMap<RecordSchema, Map<string, RecordAcceptor>>();

/**
 * Tells sound entities of a kind in a file: where it answers true `validateEntity` would find nothing, where false it may.
 * To be asked for once and used for many entities.
 */
export function entityAcceptor(
  facts: SchemaFacts,
  kind: string,
  options: ValidateOptions,
  reading?: EntityReading,
): (value: JsonObject) => boolean {
  const schema = entitySchema(facts, kind, options);
  if (!schema) return () => true;
  const judgement = judgementOf(facts, options);
  const accepts = reading ? readAs(schema, reading) : recordAcceptor(schema);
  return (value) => accepts(value, judgement);
}

function readAs(schema: RecordSchema, reading: EntityReading): RecordAcceptor {
  const { nullsAbsent = false, ignored = [], tolerated = [], reference } = reading;
  const key = JSON.stringify([nullsAbsent, ignored, tolerated, reference !== undefined]);
  let known = compiled.get(schema);
  if (!known) compiled.set(schema, (known = new Map<string, RecordAcceptor>()));
  let acceptor = known.get(key);
  if (!acceptor) {
    const read: Reading = {
      nullsAbsent,
      ignored: new Set(ignored),
      tolerated: new Set(tolerated),
      ...(reference && { reference }),
    };
    known.set(key, (acceptor = compileRecord(schema, read)));
  }
  return acceptor;
}
