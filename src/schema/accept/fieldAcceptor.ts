import { isObject, type Json } from '../../core/json.js';
import { fieldFaults } from '../checks/fieldValue.js';
import type { Judgement } from '../checks/judgement.js';
import { validatorsOf } from '../checks/validators.js';
import type { Field } from '../compile.js';
import type { Acceptor } from './acceptor.js';
import { recordAcceptor } from './recordAcceptor.js';

const acceptors = new WeakMap<Field, Acceptor>();

/** Accepts values of a field that are not null. Compiled once a field. */
export function fieldAcceptor(field: Field): Acceptor {
  let acceptor = acceptors.get(field);
  if (!acceptor) acceptors.set(field, (acceptor = compiled(field)));
  return acceptor;
}

/** Whether a field may be null. */
export function takesNull(field: Field, judgement: Judgement): boolean {
  return !field.required && fieldFaults(field, null, judgement) === undefined;
}

/** For types whose acceptor tells both ways: what it does not accept the engine finds fault with. */
export function isExact({ type, referenceable, eq, abstract }: Field): boolean {
  return exactTypes.has(type) && referenceable !== true && eq !== null && abstract !== true;
}

const exactTypes: ReadonlySet<string> = new Set(['string', 'integer', 'number', 'boolean']);

const never: Acceptor = () => false;
const always: Acceptor = () => true;

function compiled(field: Field): Acceptor {
  if (field.eq === null) return never;
  if (field.abstract) return always;
  const byRules = rules(field);
  const byType = remembering(field, types[field.type]?.(field));
  if (!byType) return byRules;
  if (byRules === always) return byType;
  return (value, judgement) => byType(value, judgement) && byRules(value, judgement);
}

/** A file's reader gives what is written alike as the same object. What holds a reference to others does so too. */
function remembering({ type }: Field, accepts: Acceptor | undefined): Acceptor | undefined {
  if (!accepts || !compound.has(type)) return accepts;
  let last: Json | undefined;
  let by: Judgement | undefined;
  return (value, judgement) => {
    if (value === last && judgement === by) return true;
    if (!accepts(value, judgement)) return false;
    last = value;
    by = judgement;
    return true;
  };
}

const compound: ReadonlySet<string> = new Set(['array', 'set', 'map', 'record']);

const types: Readonly<Partial<Record<string, (field: Field) => Acceptor>>> = {
  string: () => (value) => typeof value === 'string',
  integer: () => (value) => Number.isInteger(value),
  number: () => (value) => typeof value === 'number',
  boolean: () => (value) => typeof value === 'boolean',
  function: () => never,
  foreign: () => (value) => typeof value === 'string',
  array: members,
  set: members,
  map: entries,
  record: ({ record }) => {
    const accepts = record && recordAcceptor(record);
    return (value, judgement) => isObject(value) && (accepts?.(value, judgement) ?? true);
  },
};

function members({ type, elements }: Field): Acceptor {
  const accepts = elements ? fieldAcceptor(elements) : always;
  const nullable = elements === undefined;
  return (value, judgement) => {
    if (!Array.isArray(value)) return false;
    for (const member of value) if (member === null ? !nullable : !accepts(member, judgement)) return false;
    // Kong drops doubles before it looks on.
    return type !== 'set' || value.length < 2 || areDistinct(value);
  };
}

/** A look at each pair is cheaper than a set for the few members that most lists have. */
function areDistinct(members: readonly Json[]): boolean {
  if (members.length > 8) return new Set(members).size === members.length;
  for (let one = 1; one < members.length; one++) {
    for (let other = 0; other < one; other++) if (members[one] === members[other]) return false;
  }
  return true;
}

function entries({ keys, values }: Field): Acceptor {
  const [acceptsKey, acceptsValue] = [keys ? fieldAcceptor(keys) : always, values ? fieldAcceptor(values) : always];
  const nullable = values === undefined;
  return (value, judgement) => {
    if (!isObject(value)) return false;
    for (const [key, member] of Object.entries(value)) {
      if (!acceptsKey(key, judgement)) return false;
      if (member === null ? !nullable : !acceptsValue(member, judgement)) return false;
    }
    return true;
  };
}

/** The rules of one value, those that nearly every field has put in a cheaper way. */
function rules(field: Field): Acceptor {
  const { one_of: allowed, len_eq: exactly, len_max: longest, len_min: shortest } = field;
  const others = validatorsOf(field).filter(({ code }) => {
    if (code === 'not-in-enum') return !allowed || allowed.some((each) => typeof each === 'object');
    const plain = field.type === 'string' && exactly === undefined && longest === undefined && (shortest ?? 1) <= 1;
    return code !== 'wrong-length' || !plain;
  });
  const known = allowed && !allowed.some((each) => typeof each === 'object') ? new Set<Json>(allowed) : undefined;
  const filled = field.type === 'string' && shortest !== 0;
  if (!known && !filled && others.length === 0) return always;
  return (value, judgement) => {
    if (filled && value === '') return false;
    if (known && !known.has(value)) return false;
    for (const rule of others) if (rule.check(field, value, judgement) !== undefined) return false;
    return true;
  };
}
