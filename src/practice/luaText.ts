import { isObject, type Json } from '../core/json.js';

const keywords = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
);
const identifier = /^[A-Za-z_]\w*$/;

/**
 * A value as Kong prints it inside its messages: the text of a Lua table.
 * @param indent what one level is indented by; empty for all on one line.
 */
export function luaText(value: Json, indent = '', level = 1): string {
  if (typeof value === 'string') return quote(value);
  if (!Array.isArray(value) && !isObject(value)) return String(value);
  const items = Array.isArray(value) ? listItems(value, indent, level) : tableItems(value, indent, level);
  if (items.length === 0) return indent === '' ? '{}' : '{\n}';
  if (indent === '') return `{${items.join(',')}}`;
  const inner = indent.repeat(level);
  return `{\n${items.map((item) => inner + item).join(',\n')}\n${indent.repeat(level - 1)}}`;
}

/** Lua lists end at the first hole; what comes after it is written with its position. */
function listItems(list: readonly Json[], indent: string, level: number): string[] {
  const hole = list.indexOf(null);
  const end = hole === -1 ? list.length : hole;
  const equals = indent === '' ? '=' : ' = ';
  return list.flatMap((item, index) => {
    if (item === null) return [];
    const text = luaText(item, indent, level + 1);
    return [index < end ? text : `[${index + 1}]${equals}${text}`];
  });
}

function tableItems(table: { [key: string]: Json }, indent: string, level: number): string[] {
  const equals = indent === '' ? '=' : ' = ';
  return Object.keys(table)
    .sort(byBytes)
    .map((key) => {
      const name = identifier.test(key) && !keywords.has(key) ? key : `[${quote(key)}]`;
      return `${name}${equals}${luaText(table[key] ?? null, indent, level + 1)}`;
    });
}

/** Lua compares strings by bytes, not by locale. */
export function byBytes(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function quote(text: string): string {
  if (text.includes('\n') && !text.includes('\r')) return `[[${text.startsWith('\n') ? '\n' : ''}${text}]]`;
  const escaped = text
    .replace(/[\\"]/g, '\\$&')
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    .replace(/[\0-\x1f\x7f](?=(\d?))/g, (one, digit: string) => {
      const code = String(one.charCodeAt(0));
      return `\\${digit === '' ? code : code.padStart(3, '0')}`;
    });
  return `"${escaped}"`;
}
