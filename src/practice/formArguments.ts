import { isObject, type Json, type JsonObject } from '../core/json.js';
import type { EntityFacts, FieldFacts } from '../schema/facts.js';

type Fields = Record<string, FieldFacts>;

/** `paths[]`, `paths[2]`, `config.minute`: names of form fields as a nested value. A name given twice is a list. */
export function decodeArguments(pairs: readonly (readonly [string, string])[]): JsonObject {
  const result: JsonObject = {};
  for (const [name, value] of pairs) put(result, stepsOf(name), value);
  return result;
}

function stepsOf(name: string): { key: string; positions: (number | undefined)[] }[] {
  return name
    .split('.')
    .filter((part) => part !== '')
    .map((part) => {
      const positions: (number | undefined)[] = [];
      const key = part.replace(/(?:\[\d*\])+$/, (indexes) => {
        for (const [, digits] of indexes.matchAll(/\[(\d*)\]/g))
          positions.push(digits ? Number(digits) - 1 : undefined);
        return '';
      });
      return { key, positions };
    });
}

function put(into: JsonObject, steps: ReturnType<typeof stepsOf>, value: string): void {
  let holder = into;
  for (const [index, { key, positions }] of steps.entries()) {
    const last = index === steps.length - 1;
    if (positions.length > 0) {
      const list = listAt(holder, key);
      list[positions[0] ?? list.length] = value;
      return;
    }
    if (last) return append(holder, key, value);
    const inner = holder[key];
    if (isObject(inner)) holder = inner;
    else holder = holder[key] = {};
  }
}

function listAt(holder: JsonObject, key: string): Json[] {
  const old = holder[key];
  if (Array.isArray(old)) return old;
  const list: Json[] = old === undefined ? [] : [old];
  holder[key] = list;
  return list;
}

function append(holder: JsonObject, key: string, value: string): void {
  if (holder[key] === undefined) holder[key] = value;
  else listAt(holder, key).push(value);
}

/** Text from a form as the type that the schema says, in place; what doesn't fit stays text, for the schema to refuse. */
export function inferTypes(fields: Fields, value: JsonObject): void {
  for (const [name, given] of Object.entries(value)) {
    const field = fields[name];
    if (field) value[name] = infer(field, given);
  }
}

function infer(field: FieldFacts, given: Json): Json {
  if (given === '') return null;
  switch (field.type) {
    case 'number':
    case 'integer':
      return typeof given === 'string' && given.trim() !== '' && !Number.isNaN(Number(given)) ? Number(given) : given;
    case 'boolean':
      return given === 'true' ? true : given === 'false' ? false : given;
    case 'array':
    case 'set': {
      const list = Array.isArray(given) ? given : [given];
      const { elements } = field;
      return elements ? list.map((item) => infer(elements, item)) : list;
    }
    case 'map': {
      if (!isObject(given) || !field.values) return given;
      const { values } = field;
      return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, infer(values, item)]));
    }
    case 'record':
      if (isObject(given)) inferTypes(field.fields ?? {}, given);
      return given;
    default:
      return given;
  }
}

/** The fields of a kind, shorthand ones and a plugin's own config included. */
export function formFields(entity: EntityFacts, config: FieldFacts | undefined): Fields {
  return { ...entity.shorthand_fields, ...entity.fields, ...(config && { config }) };
}
