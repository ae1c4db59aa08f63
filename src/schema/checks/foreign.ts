import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { schemaOf, type Field } from '../compile.js';
import { messages } from '../messages.js';
import { FaultTree, type Faults } from '../problems.js';
import type { Judgement } from './judgement.js';

/** A reference to another entity. A file may give its name; the Admin API wants `{ id }`. Whether it exists is the caller's. */
export function foreignFaults(field: Field, value: Json, judgement: Judgement): Faults | undefined {
  if (typeof value === 'string' && judgement.as === 'declarative') return undefined;
  const schema = field.reference === undefined ? undefined : schemaOf(judgement.facts, field.reference);
  const given: JsonObject = isObject(value) ? value : {};
  const key = judgement.facts.entities[field.reference ?? '']?.primary_key ?? ['id'];
  const faults = new FaultTree();
  for (const name of key) {
    const part = given[name];
    const keyField: Field = schema?.fields.get(name) ?? { type: 'string', uuid: true };
    const fault = isMissing(part)
      ? { code: 'required' as const, message: messages.missingPrimaryKey }
      : judgement.field({ ...keyField, required: true }, part, judgement);
    if (fault) faults.fields.set(name, fault);
  }
  if (faults.empty) return undefined;
  // What else was written there is judged as part of an entity of that kind, and speaks first.
  if (!isObject(value) || !schema) return faults;
  const partial = judgement.record(schema, given, { ...judgement, update: true }, false);
  return partial.empty ? faults : partial;
}

const isMissing = (part: Json | undefined): part is undefined | false => part === undefined || part === false;
