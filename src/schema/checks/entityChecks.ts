import { isObject, type Json, type JsonObject } from '../../core/json.js';
import { compileCondition, type CompiledCheck, type Field, type RecordSchema } from '../compile.js';
import type { Format } from '../formats/format.js';
import { getField, isNonempty, isReference, quotedList } from '../lua.js';
import { messages, whenUpdating } from '../messages.js';
import type { Fault, FaultTree } from '../problems.js';
import { fieldFaults } from './fieldValue.js';
import type { Judgement } from './judgement.js';

/** What a check is run on. */
export interface CheckScope {
  schema: RecordSchema;
  /** The schema whose fields take the place of `schema`'s for this check. */
  sub: RecordSchema | undefined;
  record: JsonObject;
  full: boolean;
  faults: FaultTree;
  judgement: Judgement;
}

interface Checker {
  /** Fields the check looks at. */
  fields(arg: Json): string[];
  /** Of these, those that have to be there when the check does not run without. */
  required?(arg: Json): string[];
  runsWithMissing?: boolean;
  runsWithInvalid?: boolean;
  /** @returns Kong's answer; undefined when the check passes. It may mark a field as well. */
  run(arg: Json, scope: CheckScope, check: CompiledCheck): string | undefined;
}

/** The names of fields that a check is told: one, or a list. */
export const namesIn = (value: Json | undefined): string[] => {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
};

const of = (arg: Json, key: string): Json | undefined => (isObject(arg) ? arg[key] : undefined);

const filled = ({ record }: CheckScope, fields: string[]): string[] =>
  fields.filter((name) => isNonempty(getField(record, name)));

function fieldAt({ schema, sub }: Pick<CheckScope, 'schema' | 'sub'>, name: string): Field | undefined {
  let fields: ((part: string) => Field | undefined) | undefined = (part) =>
    sub?.fields.get(part) ?? schema.fields.get(part);
  let field: Field | undefined;
  for (const part of name.split('.')) {
    field = fields?.(part);
    const record: RecordSchema | undefined = field?.record;
    fields = record && ((next) => record.fields.get(next));
  }
  return field;
}

/** Kong's text with `%s` filled in. */
const formatted = (text: Json | undefined, ...words: string[]): string | undefined => {
  if (typeof text !== 'string') return undefined;
  const rest = [...words];
  return text.replace(/%s/g, () => rest.shift() ?? '');
};

/** A field as a condition of a check changes it; undefined when the check does not have the condition. */
export function conditionField(
  { arg, format }: CompiledCheck,
  key: string,
  name: string,
  scope: Pick<CheckScope, 'schema' | 'sub'>,
): Field | undefined {
  const condition = of(arg, key);
  if (!isObject(condition)) return undefined;
  return compileCondition(condition, fieldAt(scope, name), key === 'then_match' ? format : undefined);
}

/** Whether the value of a field would do if its schema were changed as a condition says. */
function meets(
  arg: Json,
  key: string,
  name: string,
  value: Json,
  scope: CheckScope,
  format?: Format,
): Fault | FaultTree | undefined {
  const condition = of(arg, key);
  const field = isObject(condition) ? compileCondition(condition, fieldAt(scope, name), format) : undefined;
  return field && fieldFaults(field, value, scope.judgement);
}

function atLeastOneOf(list: string[], scope: CheckScope): string | undefined {
  if (filled(scope, list).length) return undefined;
  const text = scope.judgement.update ? whenUpdating.atLeastOneOf : messages.atLeastOneOf;
  return text(quotedList(list));
}

function conditionalAtLeastOneOf(arg: Json, scope: CheckScope): string | undefined {
  const [ifField = ''] = namesIn(of(arg, 'if_field'));
  const value = getField(scope.record, ifField);
  if (value === undefined) return undefined;
  const branch = (then: string, err: string): string | undefined => {
    const list = namesIn(of(arg, then));
    if (filled(scope, list).length) return undefined;
    return formatted(of(arg, err), quotedList(list)) ?? atLeastOneOf(list, scope);
  };
  if (!meets(arg, 'if_match', ifField, value, scope)) return branch('then_at_least_one_of', 'then_err');
  if (of(arg, 'else_match') === undefined || meets(arg, 'else_match', ifField, value, scope)) return undefined;
  return branch('else_then_at_least_one_of', 'else_then_err');
}

function conditional(arg: Json, scope: CheckScope, { format }: CompiledCheck): string | undefined {
  const [ifField = ''] = namesIn(of(arg, 'if_field'));
  const [thenField = ''] = namesIn(of(arg, 'then_field'));
  const value = getField(scope.record, ifField) ?? null;
  if (meets(arg, 'if_match', ifField, value, scope)) return undefined;
  const then = getField(scope.record, thenField) ?? null;
  const answer = messages.conditional(ifField);
  const match = of(arg, 'then_match');
  if (isObject(match) && match.required === true && then === null) {
    scope.faults.setField(thenField, { code: 'required', message: messages.required });
    return answer;
  }
  const fault = meets(arg, 'then_match', thenField, then, scope, format);
  if (!fault) return undefined;
  scope.faults.setField(thenField, fault);
  return formatted(of(arg, 'then_err'), ifField) ?? answer;
}

function distinct(list: string[], { record }: CheckScope): string | undefined {
  const values = list.map((name) => getField(record, name)).filter(isNonempty);
  return new Set(values).size === values.length ? undefined : messages.distinct(quotedList(list));
}

function exclusiveSets(arg: Json, scope: CheckScope): string | undefined {
  const [one, other] = [filled(scope, namesIn(of(arg, 'set1'))), filled(scope, namesIn(of(arg, 'set2')))];
  return one.length && other.length ? messages.mutuallyExclusiveSets(quotedList([one, other])) : undefined;
}

/** Every check that Kong's schemas can ask for, by its name there. */
const checkers: Readonly<Record<string, Checker>> = {
  at_least_one_of: {
    fields: namesIn,
    runsWithMissing: true,
    runsWithInvalid: true,
    run: (arg, scope) => atLeastOneOf(namesIn(arg), scope),
  },
  conditional_at_least_one_of: {
    fields: (arg) =>
      ['if_field', 'then_at_least_one_of', 'else_then_at_least_one_of'].flatMap((key) => namesIn(of(arg, key))),
    runsWithMissing: true,
    runsWithInvalid: true,
    run: conditionalAtLeastOneOf,
  },
  only_one_of: {
    fields: namesIn,
    required: namesIn,
    runsWithInvalid: true,
    run: (arg, scope) =>
      filled(scope, namesIn(arg)).length === 1 ? undefined : messages.onlyOneOf(quotedList(namesIn(arg))),
  },
  distinct: {
    fields: namesIn,
    required: namesIn,
    runsWithInvalid: true,
    run: (arg, scope) => distinct(namesIn(arg), scope),
  },
  conditional: {
    fields: (arg) => ['if_field', 'then_field'].flatMap((key) => namesIn(of(arg, key))),
    required: (arg) => namesIn(of(arg, 'if_field')),
    runsWithInvalid: true,
    run: conditional,
  },
  mutually_required: {
    fields: namesIn,
    runsWithMissing: true,
    run: (arg, scope) => {
      const count = filled(scope, namesIn(arg)).length;
      return count === 0 || count === namesIn(arg).length
        ? undefined
        : messages.mutuallyRequired(quotedList(namesIn(arg)));
    },
  },
  mutually_exclusive: {
    fields: namesIn,
    runsWithMissing: true,
    run: (arg, scope) =>
      filled(scope, namesIn(arg)).length <= 1 ? undefined : messages.mutuallyExclusive(quotedList(namesIn(arg))),
  },
  mutually_exclusive_sets: {
    fields: (arg) => ['set1', 'set2'].flatMap((key) => namesIn(of(arg, key))),
    runsWithMissing: true,
    run: exclusiveSets,
  },
  custom_entity_check: {
    fields: (arg) => namesIn(of(arg, 'field_sources')),
    required: (arg) => namesIn(of(arg, 'field_sources')),
    run: (_, { record, judgement }, { rule }) => rule?.(record, judgement),
  },
};

/** Runs a record's checks, in their order; what they find is added to the scope's faults. */
export function entityFaults(checks: readonly CompiledCheck[], scope: CheckScope): void {
  for (const check of checks) {
    const checker = Object.hasOwn(checkers, check.name) ? checkers[check.name] : undefined;
    if (!checker || !isRunnable(checker, check, scope)) continue;
    const message = checker.run(check.arg, scope, check);
    if (message !== undefined) scope.faults.entity.push({ code: 'entity-check', message });
  }
}

interface Reach {
  fields: readonly string[];
  required: readonly string[];
  runsWithMissing: boolean;
  runsWithInvalid: boolean;
}

const reaches = new WeakMap<CompiledCheck, Reach>();

function reachOf(checker: Checker, check: CompiledCheck): Reach {
  let reach = reaches.get(check);
  if (!reach) {
    const { arg } = check;
    reach = {
      fields: checker.fields(arg),
      required: checker.required?.(arg) ?? [],
      runsWithMissing: checker.runsWithMissing ?? of(arg, 'run_with_missing_fields') === true,
      runsWithInvalid: checker.runsWithInvalid ?? of(arg, 'run_with_invalid_fields') === true,
    };
    reaches.set(check, reach);
  }
  return reach;
}

function isRunnable(checker: Checker, check: CompiledCheck, scope: CheckScope): boolean {
  const { fields, required, runsWithMissing, runsWithInvalid } = reachOf(checker, check);
  let anything = false;
  for (const name of fields) {
    const value = getField(scope.record, name);
    if (value === undefined) continue;
    anything = true;
    // What a vault holds cannot be compared with anything.
    if (isReference(value) && fieldAt(scope, name)?.referenceable) return false;
  }
  if (!runsWithInvalid && fields.some((name) => scope.faults.fields.has(name))) return false;
  if (!anything && !(checker.runsWithMissing && scope.full)) return false;
  if (runsWithMissing) return true;
  const missing = required.filter((name) => getField(scope.record, name) === undefined);
  const message = scope.judgement.update ? whenUpdating.requiredForEntityCheck : messages.requiredForEntityCheck;
  for (const name of missing) scope.faults.setField(name, { code: 'required', message });
  return missing.length === 0;
}
