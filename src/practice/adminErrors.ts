import type { Json, JsonObject } from '../core/json.js';
import { luaText } from './luaText.js';
import { fail } from './reply.js';

/** Kong's own errors: each ends the request with the status, code and words that Kong has for it. */

function raise(status: number, code: number, name: string, text: string, fields?: JsonObject): never {
  fail(status, fields === undefined ? { code, name, message: text } : { code, name, message: text, fields });
}

export function invalidPrimaryKey(fields: JsonObject): never {
  raise(400, 1, 'invalid primary key', `invalid primary key: '${luaText(fields)}'`, fields);
}

export function primaryKeyTaken(key: JsonObject): never {
  raise(400, 3, 'primary key violation', `primary key violation on key '${luaText(key)}'`, key);
}

export function missingReference(field: string, key: JsonObject, kind: string): never {
  const text = `the foreign key '${luaText(key)}' does not reference an existing '${kind}' entity.`;
  raise(400, 4, 'foreign key violation', text, { [field]: key });
}

export function stillReferenced(kind: string, by: string): never {
  const text = `an existing '${by}' entity references this '${kind}' entity`;
  raise(400, 4, 'foreign key violation', text, { '@referenced_by': by });
}

export function notUnique(values: JsonObject): never {
  raise(409, 5, 'unique constraint violation', `UNIQUE violation detected on '${luaText(values)}'`, values);
}

export function noSuchKey(key: JsonObject): never {
  raise(404, 6, 'not found', `could not find the entity with primary key '${luaText(key)}'`, key);
}

export function noSuchValue(values: JsonObject): never {
  raise(404, 6, 'not found', `could not find the entity with '${luaText(values)}'`, values);
}

export function invalidOffset(offset: string, why: string): never {
  raise(400, 7, 'invalid offset', `'${offset}' is not a valid offset: ${why}`);
}

export function invalidSize(why: string): never {
  raise(400, 9, 'invalid size', why);
}

export function invalidOption(option: string, why: string): never {
  fail(400, {
    code: 11,
    name: 'invalid options',
    message: `invalid option (${option}: ${why})`,
    options: { [option]: why },
  });
}

export function unsupported(text: string): never {
  raise(405, 12, 'operation unsupported', text);
}

/** References given by name that lead nowhere: `{ consumer: { username: 'nope' } }` with the kinds they were looked for in. */
export function unresolvedReferences(missing: { field: string; by: string; value: Json; kind: string }[]): never {
  const fields: JsonObject = {};
  const lines: string[] = [];
  for (const { field, by, value, kind } of missing) {
    const why = `the foreign key cannot be resolved with '${luaText({ [by]: value })}' for an existing '${kind}' entity`;
    fields[field] = { [by]: why };
    lines.push(`${field}.${by}: ${why}`);
  }
  const text =
    lines.length === 1
      ? `foreign key unresolved (${lines[0]})`
      : `${lines.length} foreign keys unresolved (${lines.join('; ')})`;
  raise(400, 13, 'foreign keys unresolved', text, fields);
}

/** One field that a rule outside the schema refuses. */
export function fieldViolation(field: string, why: string): never {
  raise(400, 2, 'schema violation', `schema violation (${field}: ${why})`, { [field]: why });
}
