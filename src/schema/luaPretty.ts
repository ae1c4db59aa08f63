import { isObject, type Json, type JsonObject } from '../core/json.js';

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);

/** Lua's `%q`. */
const quoted = (text: string): string => {
  if (text.includes('\n') && !text.includes('\r')) return `[[${text.startsWith('\n') ? '\n' : ''}${text}]]`;
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\r/g, '\\r').replace(/\0/g, '\\0')}"`;
};

const keyText = (key: string): string => (identifier.test(key) && !keywords.has(key) ? key : `[${quoted(key)}]`);

/** Members as Lua writes them: those of a list up to the first hole without a key, the others with theirs. */
function members(value: Json[] | JsonObject): [key: string, value: Json][] {
  if (!Array.isArray(value)) {
    return Object.keys(value)
      .sort()
      .map((key) => [`${keyText(key)} = `, value[key] ?? null]);
  }
  const hole = value.findIndex((member) => member === null);
  return value.flatMap((member, index): [string, Json][] => {
    if (member === null) return [];
    return [[hole < 0 || index < hole ? '' : `[${index + 1}] = `, member]];
  });
}

/** A value as Kong prints tables in its messages: Lua's syntax, two blanks a level, keys in order. */
export function luaPretty(value: Json, indent = ''): string {
  if (typeof value === 'string') return quoted(value);
  if (!Array.isArray(value) && !isObject(value)) return String(value);
  const inner = `${indent}  `;
  const lines = members(value).map(([key, member]) => `${inner}${key}${luaPretty(member, inner)}`);
  return lines.length ? `{\n${lines.join(',\n')}\n${indent}}` : '{}';
}
