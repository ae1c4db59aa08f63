import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { conditionField, namesIn } from '../checks/entityChecks.js';
import { fieldFaults } from '../checks/fieldValue.js';
import type { Judgement } from '../checks/judgement.js';
import type { CompiledCheck, RecordSchema } from '../compile.js';
import { expandRecord } from '../expand.js';
import { getField, isNonempty, type Value } from '../lua.js';
import type { Acceptor, RecordAcceptor } from './acceptor.js';
import { fieldAcceptor, isExact } from './fieldAcceptor.js';
import type { Reading } from './recordAcceptor.js';

interface Scope {
  schema: RecordSchema;
  sub: RecordSchema | undefined;
  /** The record as it is when nothing is given. */
  blank: JsonObject;
  reading: Reading;
}

type Getter = (record: JsonObject) => Value;

const never: RecordAcceptor = () => false;
const always: RecordAcceptor = () => true;

/** Accepts records that a check over several fields passes. What the check skips passes too. */
export function checkAcceptor(check: CompiledCheck, scope: Scope): RecordAcceptor {
  const compile = Object.hasOwn(compilers, check.name) ? compilers[check.name] : undefined;
  // A check that the engine does not know it passes over.
  return compile ? (compile(check, scope) ?? never) : always;
}

/** Reads a field of a record that has not been filled in, as if it had. */
function getter(name: string, { schema, sub, blank, reading }: Scope): Getter | undefined {
  const [first = '', ...rest] = name.split('.');
  if (reading.ignored.has(first)) {
    const ignored = getField(blank, name);
    return () => ignored;
  }
  const absent = (value: Value): boolean => value === undefined || (value === null && reading.nullsAbsent);
  if (rest.length === 0) {
    const filled = blank[first];
    return (record) => (absent(record[first]) ? filled : record[first]);
  }
  const below = rest.join('.');
  const filled = getField(blank[first], below);
  const inner = (sub?.fields.get(first) ?? schema.fields.get(first))?.record;
  const inside = inner && belowRecord(below, inner);
  if (inner && !inside) return undefined;
  return (record) => {
    const value = record[first];
    if (absent(value)) return filled;
    return inside && isObject(value) ? inside(value) : getField(value, below);
  };
}

function belowRecord(name: string, schema: RecordSchema): Getter | undefined {
  if (schema.subschemaKey !== undefined) return undefined;
  const reading: Reading = { nullsAbsent: false, ignored: new Set(), tolerated: new Set() };
  return getter(name, { schema, sub: undefined, blank: expandRecord(schema, {}, {}).value, reading });
}

function getters(list: readonly string[], scope: Scope): Getter[] | undefined {
  const all = list.map((name) => getter(name, scope));
  return all.every((get) => get !== undefined) ? all : undefined;
}

const at = (arg: Json, key: string): Json | undefined => (isObject(arg) ? arg[key] : undefined);

const countFilled = (fields: readonly Getter[], record: JsonObject): number => {
  let count = 0;
  for (const get of fields) if (isNonempty(get(record))) count++;
  return count;
};

/** A check of how many of its fields are filled. @param needsAll false is answered when one of them is not there at all. */
const counting =
  (passes: (count: number, all: number) => boolean, needsAll = false) =>
  ({ arg }: CompiledCheck, scope: Scope): RecordAcceptor | undefined => {
    const fields = getters(namesIn(arg), scope);
    if (!fields) return undefined;
    return (record) => {
      if (needsAll && fields.some((get) => get(record) === undefined)) return false;
      return passes(countFilled(fields, record), fields.length);
    };
  };

/** Whether a value is as a condition says: the engine is asked where the acceptor cannot tell. */
function condition(check: CompiledCheck, key: string, name: string, scope: Scope): Acceptor {
  const field = conditionField(check, key, name, scope);
  if (!field) return () => true;
  const [accepts, exact] = [fieldAcceptor(field), isExact(field)];
  return (value, judgement: Judgement) => {
    if (value !== null && accepts(value, judgement)) return true;
    if (exact && value !== null) return false;
    return fieldFaults(field, value, judgement) === undefined;
  };
}

function conditional(check: CompiledCheck, scope: Scope): RecordAcceptor | undefined {
  const { arg } = check;
  const [ifField = ''] = namesIn(at(arg, 'if_field'));
  const [thenField = ''] = namesIn(at(arg, 'then_field'));
  const fields = getters([ifField, thenField], scope);
  if (!fields) return undefined;
  const [getIf, getThen] = fields;
  const applies = condition(check, 'if_match', ifField, scope);
  const holds = condition(check, 'then_match', thenField, scope);
  const needed = at(at(arg, 'then_match') ?? null, 'required') === true;
  return (record, judgement) => {
    const value = getIf?.(record);
    if (value === undefined) return false;
    if (!applies(value, judgement)) return true;
    const then = getThen?.(record) ?? null;
    return !(needed && then === null) && holds(then, judgement);
  };
}

function conditionalAtLeastOneOf(check: CompiledCheck, scope: Scope): RecordAcceptor | undefined {
  const { arg } = check;
  const [ifField = ''] = namesIn(at(arg, 'if_field'));
  const getIf = getter(ifField, scope);
  const then = getters(namesIn(at(arg, 'then_at_least_one_of')), scope);
  const otherwise = getters(namesIn(at(arg, 'else_then_at_least_one_of')), scope);
  if (!getIf || !then || !otherwise) return undefined;
  const applies = condition(check, 'if_match', ifField, scope);
  const orElse = at(arg, 'else_match') === undefined ? undefined : condition(check, 'else_match', ifField, scope);
  return (record, judgement) => {
    const value = getIf(record);
    if (value === undefined) return true;
    if (applies(value, judgement)) return countFilled(then, record) > 0;
    return !orElse?.(value, judgement) || countFilled(otherwise, record) > 0;
  };
}

function distinct({ arg }: CompiledCheck, scope: Scope): RecordAcceptor | undefined {
  const fields = getters(namesIn(arg), scope);
  return (
    fields &&
    ((record) => {
      const values = fields.map((get) => get(record));
      const filled = values.filter(isNonempty);
      return values.every((value) => value !== undefined) && new Set(filled).size === filled.length;
    })
  );
}

function exclusiveSets({ arg }: CompiledCheck, scope: Scope): RecordAcceptor | undefined {
  const one = getters(namesIn(at(arg, 'set1')), scope);
  const other = getters(namesIn(at(arg, 'set2')), scope);
  return one && other && ((record) => countFilled(one, record) === 0 || countFilled(other, record) === 0);
}

function custom({ arg, rule }: CompiledCheck, scope: Scope): RecordAcceptor | undefined {
  const fields = getters(namesIn(at(arg, 'field_sources')), scope);
  const missingIsFine = at(arg, 'run_with_missing_fields') === true;
  if (!fields) return undefined;
  return (record, judgement) => {
    if (!missingIsFine && fields.some((get) => get(record) === undefined)) return false;
    return rule?.(record, judgement) === undefined;
  };
}

const compilers: Readonly<Record<string, (check: CompiledCheck, scope: Scope) => RecordAcceptor | undefined>> = {
  at_least_one_of: counting((count) => count > 0),
  only_one_of: counting((count) => count === 1, true),
  mutually_required: counting((count, all) => count === 0 || count === all),
  mutually_exclusive: counting((count) => count <= 1),
  mutually_exclusive_sets: exclusiveSets,
  conditional_at_least_one_of: conditionalAtLeastOneOf,
  custom_entity_check: custom,
  conditional,
  distinct,
};
