import type { Json, JsonObject } from '../../core/json.js';
import { fieldFaults } from '../checks/fieldValue.js';
import type { Judgement } from '../checks/judgement.js';
import type { Field, RecordSchema } from '../compile.js';
import { expandRecord, subschemaOf } from '../expand.js';
import type { Acceptor, RecordAcceptor } from './acceptor.js';
import { checkAcceptor } from './checkAcceptor.js';
import { fieldAcceptor, takesNull } from './fieldAcceptor.js';

/** How the entity at the top is read; records inside are read as they stand. */
export interface Reading {
  /** A null counts as a field that was left out. */
  nullsAbsent: boolean;
  /** Names that are no business of the schema's, fields or not. */
  ignored: ReadonlySet<string>;
  /** Names that are passed over where they are no fields. */
  tolerated: ReadonlySet<string>;
  /** What stands for another entity, where it may be written in more ways than as a string. */
  reference?: (value: Json) => boolean;
}

const plainly: Reading = { nullsAbsent: false, ignored: new Set(), tolerated: new Set() };

const acceptors = new WeakMap<RecordSchema, RecordAcceptor>();

/** Accepts records inside of entities. Compiled once a schema. */
export function recordAcceptor(schema: RecordSchema): RecordAcceptor {
  let acceptor = acceptors.get(schema);
  if (!acceptor) acceptors.set(schema, (acceptor = compileRecord(schema, plainly)));
  return acceptor;
}

export function compileRecord(schema: RecordSchema, reading: Reading): RecordAcceptor {
  const { subschemaKey: key } = schema;
  if (key === undefined) return lazily((judgement) => new FilledRecord(schema, undefined, {}, reading, judgement));
  const known = { given: new Map<RecordSchema, RecordAcceptor>(), absent: new Map<RecordSchema, RecordAcceptor>() };
  let blank: JsonObject | undefined;
  return (record, judgement) => {
    const given = record[key];
    if (given === undefined) blank ??= expandRecord(schema, {}, {}).value;
    const sub = subschemaOf(schema, given === undefined ? (blank ?? {}) : record);
    if (!sub) return false;
    const bySub = given === undefined ? known.absent : known.given;
    let acceptor = bySub.get(sub);
    if (!acceptor && schema.areWhole) bySub.set(sub, (acceptor = compileRecord(sub, reading)));
    if (!acceptor) {
      const picked: JsonObject = given === undefined ? {} : { [key]: given };
      acceptor = lazily((first) => new FilledRecord(schema, sub, picked, reading, first));
      bySub.set(sub, acceptor);
    }
    return acceptor(record, judgement);
  };
}

/** Schemas may hold themselves, so that what is below is compiled when it is first met. */
function lazily(make: (judgement: Judgement) => FilledRecord): RecordAcceptor {
  let made: FilledRecord | undefined;
  return (record, judgement) => (made ??= make(judgement)).accepts(record, judgement);
}

interface Member {
  accepts: Acceptor;
  nullable: boolean;
}

/** A record's schema together with the one that a field's value picks. */
class FilledRecord {
  private readonly members = new Map<string, Member>();
  /** Fields without which the record is not complete. */
  private readonly needed: string[] = [];
  private readonly checks: RecordAcceptor[] = [];

  constructor(
    private readonly schema: RecordSchema,
    sub: RecordSchema | undefined,
    picked: JsonObject,
    private readonly reading: Reading,
    judgement: Judgement,
  ) {
    const blank = expandRecord(schema, picked, {}).value;
    for (const [name, declared] of schema.fields) {
      const field = sub?.fields.get(name) ?? declared;
      this.members.set(name, { accepts: this.acceptorOf(name, field), nullable: takesNull(field, judgement) });
      if (!mayBeAbsent(field, blank[name], judgement)) this.needed.push(name);
    }
    for (const check of schema.checks)
      this.checks.push(checkAcceptor(check, { schema, sub: undefined, blank, reading }));
    for (const check of sub?.checks ?? []) this.checks.push(checkAcceptor(check, { schema, sub, blank, reading }));
  }

  private acceptorOf(name: string, field: Field): Acceptor {
    if (this.reading.ignored.has(name)) return () => true;
    const accepts = fieldAcceptor(field);
    const { reference } = this.reading;
    if (field.type !== 'foreign' || field.eq === null || !reference) return accepts;
    return (value, judgement) => accepts(value, judgement) || reference(value);
  }

  accepts(record: JsonObject, judgement: Judgement): boolean {
    const { members, reading, schema } = this;
    for (const name in record) {
      const member = members.get(name);
      const value = record[name];
      if (member === undefined) {
        if (reading.tolerated.has(name) || reading.ignored.has(name) || schema.unjudged.has(name)) continue;
        if (value !== null || !reading.nullsAbsent) return false;
      } else if (value === null || value === undefined) {
        if (!member.nullable && !reading.nullsAbsent) return false;
      } else if (!member.accepts(value, judgement)) return false;
    }
    for (const name of this.needed) if (record[name] === undefined || record[name] === null) return false;
    for (const check of this.checks) if (!check(record, judgement)) return false;
    return true;
  }
}

/** @param filled what stands for the field when it is left out. */
function mayBeAbsent(field: Field, filled: Json | undefined, judgement: Judgement): boolean {
  if (filled === undefined) return field.required !== true || field.auto === true;
  return filled === null ? takesNull(field, judgement) : fieldFaults(field, filled, judgement) === undefined;
}
