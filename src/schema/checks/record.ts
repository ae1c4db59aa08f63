import type { Json, JsonObject } from '../../core/json.js';
import type { RecordSchema } from '../compile.js';
import { expandRecord, subschemaOf } from '../expand.js';
import { asList, isTable, tostring } from '../lua.js';
import { messages } from '../messages.js';
import { FaultTree, type Fault } from '../problems.js';
import { entityFaults } from './entityChecks.js';
import { fieldFaults } from './fieldValue.js';
import type { Judgement } from './judgement.js';

const unknown: Fault = { code: 'unknown-field', message: messages.unknownField };

/**
 * What is wrong with a record whose shorthands are spread and defaults filled in: its fields, then what holds between them.
 * @param full false for part of an entity, where a missing field is fine.
 */
export function recordFaults(
  schema: RecordSchema,
  value: Json[] | JsonObject,
  judgement: Judgement,
  full = true,
): FaultTree {
  const faults = new FaultTree();
  // To Lua the members of a list are fields too, with numbers for names.
  if (Array.isArray(value)) value.forEach((_, index) => faults.fields.set(index, unknown));
  const record: JsonObject = Array.isArray(value) ? expandRecord(schema, {}, {}).value : value;
  const unpicked = subschemaFault(schema, record);
  if (unpicked) {
    faults.fields.set(unpicked[0], unpicked[1]);
    return faults;
  }
  const sub = subschemaOf(schema, record);
  if (sub && schema.areWhole) return recordFaults(sub, value, judgement, full);
  judgeFields(schema, sub, record, judgement, faults);
  requireFields(schema, sub, record, full, faults);
  entityFaults(schema.checks, { schema, sub: undefined, record, full, faults, judgement });
  if (sub) entityFaults(sub.checks, { schema, sub, record, full, faults, judgement });
  return faults;
}

/** Without the field that picks the schema nothing else can be judged. */
function subschemaFault(schema: RecordSchema, record: JsonObject): [string, Fault] | undefined {
  const { subschemaKey, unknownSubschema } = schema;
  if (subschemaKey === undefined) return undefined;
  const picked = record[subschemaKey];
  if (picked === undefined || picked === null) return [subschemaKey, { code: 'required', message: messages.required }];
  if (subschemaOf(schema, record)) return undefined;
  const name = isTable(picked) ? tostring(asList(picked)?.[0]) : tostring(picked);
  const code = unknownSubschema === messages.pluginUnknown ? 'unknown-plugin' : 'wrong-value';
  return [subschemaKey, { code, message: unknownSubschema?.(name) ?? messages.subschemaUnknown(name) }];
}

function judgeFields(
  schema: RecordSchema,
  sub: RecordSchema | undefined,
  record: JsonObject,
  judgement: Judgement,
  faults: FaultTree,
): void {
  for (const [name, value] of Object.entries(record)) {
    if (schema.unjudged.has(name)) continue;
    const declared = schema.fields.get(name);
    const fault = declared ? fieldFaults(sub?.fields.get(name) ?? declared, value as Json, judgement) : unknown;
    if (fault) faults.fields.set(name, fault);
  }
}

function requireFields(
  schema: RecordSchema,
  sub: RecordSchema | undefined,
  record: JsonObject,
  full: boolean,
  faults: FaultTree,
): void {
  for (const [name, declared] of schema.fields) {
    const field = sub?.fields.get(name) ?? declared;
    const value = record[name];
    if (!field.required || (value === undefined && (!full || field.auto))) continue;
    if (value === undefined || value === null) {
      faults.fields.set(name, { code: 'required', message: messages.required });
    }
  }
}
