import { isObject, type Json } from '../../core/json.js';
import type { Field } from '../compile.js';
import { expandRecord } from '../expand.js';
import { asList, isReference, isTable } from '../lua.js';
import { messages, typeMessages } from '../messages.js';
import { FaultTree, type Fault, type Faults } from '../problems.js';
import { foreignFaults } from './foreign.js';
import type { Judgement } from './judgement.js';
import { validatorsOf } from './validators.js';

/** What is wrong with one field's value, depth first; undefined when nothing is. */
export function fieldFaults(field: Field, value: Json, judgement: Judgement): Faults | undefined {
  if (value === null) return nullFault(field);
  if (field.eq === null) return refused(field);
  // A field whose schema is somewhere else, which we don't have.
  if (field.abstract) return undefined;
  const faults = typeFaults[field.type]?.(field, value, judgement);
  if (faults) return faults;
  if (field.referenceable && isReference(value)) return undefined;
  return valueFault(field, value, judgement);
}

function nullFault({ ne, eq, err, required }: Field): Fault | undefined {
  if (ne === null) return { code: 'wrong-scope', message: err ?? messages.ne('null') };
  if (eq !== undefined && eq !== null) return { code: 'wrong-value', message: messages.eq(String(eq)) };
  return required ? { code: 'required', message: messages.required } : undefined;
}

const refused = ({ type, err }: Field): Fault => ({
  code: type === 'foreign' ? 'wrong-scope' : 'wrong-value',
  message: err ?? messages.eq('null'),
});

const wrongType = (type: string): Fault => ({
  code: 'wrong-type',
  message: typeMessages[type] ?? `invalid type: ${type}`,
});

type TypeCheck = (field: Field, value: Json, judgement: Judgement) => Faults | undefined;

const typed =
  (type: string, fits: (value: Json) => boolean): TypeCheck =>
  (_, value) =>
    fits(value) ? undefined : wrongType(type);

const members: TypeCheck = (field, value, judgement) => {
  const list = asList(value);
  if (!list) return wrongType(field.type);
  const { elements } = field;
  if (!elements) return undefined;
  const tree = new FaultTree();
  list.forEach((member, index) => {
    const faults = fieldFaults(elements, member, judgement);
    if (faults) tree.fields.set(index, faults);
  });
  return tree.empty ? undefined : tree;
};

/** The first entry that is wrong speaks for the whole map: Kong does not say which it was. */
const entries: TypeCheck = ({ keys, values }, value, judgement) => {
  if (!isTable(value)) return wrongType('map');
  // The keys of a list are numbers, which no map of Kong's has.
  const listed = Array.isArray(value) && value.length > 0;
  for (const [key, member] of Object.entries(value)) {
    const faults =
      (keys && fieldFaults(keys, listed ? Number(key) : key, judgement)) ??
      (values && fieldFaults(values, member, judgement));
    if (faults) return faults;
  }
  return undefined;
};

const record: TypeCheck = (field, value, judgement) => {
  if (!isTable(value)) return wrongType('record');
  if (!field.record) return undefined;
  // A change of part of an entity fills nothing in, but the records it brings are whole.
  const whole = judgement.update && isObject(value) ? expandRecord(field.record, value, {}).value : value;
  const tree = judgement.record(field.record, whole, judgement);
  return tree.empty ? undefined : tree;
};

const typeFaults: Readonly<Partial<Record<string, TypeCheck>>> = {
  string: typed('string', (value) => typeof value === 'string'),
  integer: typed('integer', (value) => Number.isInteger(value)),
  number: typed('number', (value) => typeof value === 'number'),
  boolean: typed('boolean', (value) => typeof value === 'boolean'),
  function: typed('function', () => false),
  array: members,
  set: members,
  map: entries,
  record,
  foreign: foreignFaults,
};

/** The first rule that a value of the right type breaks. */
function valueFault(field: Field, value: Json, judgement: Judgement): Fault | undefined {
  for (const { code, check } of validatorsOf(field)) {
    const message = check(field, value, judgement);
    if (message === undefined) continue;
    const allowed = code === 'not-in-enum' ? field.one_of?.map(String) : undefined;
    return { code, message: field.err ?? message, ...(allowed && { allowed }) };
  }
  return undefined;
}
