import type { Json } from '../core/json.js';

/**
 * Texts that need no quotes in YAML 1.1 and 1.2 alike: they begin with a letter, a slash, an underscore or a dot before a
 * letter, and hold nothing that could end them. An underscore before a digit is a number to Kong.
 */
const plain = /^(?:(?!_+\d)[A-Za-z_/][A-Za-z0-9_/.+@$~^*()=?;,<>&|-]*(?: [A-Za-z0-9_/.+@$~^*()=?;,<>&|-]+)*)$/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Words that one or another YAML takes for something else than text. */
const words = /^(?:y|n|yes|no|on|off|true|false|null|nan|inf)$/i;
/** What JSON leaves as it is and YAML does not print: C1 controls, line breaks of Unicode, byte order marks. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
// eslint-disable-next-line no-control-regex -- control characters are what has to be found
const notInBlock = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;
const loneSurrogate = /\p{Surrogate}/u;

/** A scalar on one line. */
function inlineText(value: string | number | boolean | null): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'string') return String(value);
  if (uuid.test(value) || (plain.test(value) && !words.test(value))) return value;
  return quoted(value);
}

/** YAML 1.1 knows an exponent by the dot before it. */
const numberText = (value: number): string => String(value).replace(/^(-?\d+)e/, '$1.0e');

/** A JSON text is a YAML double-quoted scalar once everything unprintable is escaped. */
function quoted(value: string): string {
  const json = JSON.stringify(value);
  return json.replace(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The header of a literal block, `|` or `|-`; undefined for a text that can't be one. */
function blockHeader(text: string): '|' | '|-' | undefined {
  if (!text.includes('\n') || notInBlock.test(text) || loneSurrogate.test(text)) return undefined;
  // A first line that is empty or begins with a blank would need an indentation indicator. decK strikes lines out that begin
  // with `#` before it reads the YAML.
  if (/^[\n ]/.test(text) || /^ *#/m.test(text) || text.endsWith('\n\n')) return undefined;
  return text.endsWith('\n') ? '|' : '|-';
}

const steps = Array.from({ length: 64 }, (_, depth) => ' '.repeat(depth));
const indentOf = (width: number): string => steps[width] ?? ' '.repeat(width);

/** Appends `key: value` to the lines; `prefix` stands before the key in place of the indent (`- ` for a list's item). */
export function pushEntry(lines: string[], prefix: string, indent: number, key: string, value: Json): void {
  const start = `${prefix}${inlineText(key)}:`;
  if (typeof value === 'string') pushText(lines, start, indent + 2, value);
  else if (value === null || typeof value !== 'object') lines.push(`${start} ${inlineText(value)}`);
  else if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${start} []`);
    else {
      lines.push(start);
      for (const item of value) pushItem(lines, indent, item);
    }
  } else if (Object.keys(value).length === 0) lines.push(`${start} {}`);
  else {
    lines.push(start);
    for (const name of Object.keys(value).sort()) {
      pushEntry(lines, indentOf(indent + 2), indent + 2, name, value[name] ?? null);
    }
  }
}

/** Appends a list's item, its dash at the indent. */
function pushItem(lines: string[], indent: number, value: Json): void {
  const dash = `${indentOf(indent)}-`;
  if (typeof value === 'string') pushText(lines, dash, indent + 2, value);
  else if (value === null || typeof value !== 'object') lines.push(`${dash} ${inlineText(value)}`);
  else if (Array.isArray(value)) lines.push(`${dash} ${flow(value)}`);
  else pushMapItem(lines, indent, value);
}

function pushMapItem(lines: string[], indent: number, value: { [key: string]: Json }): void {
  const names = Object.keys(value).sort();
  if (names.length === 0) lines.push(`${indentOf(indent)}- {}`);
  names.forEach((name, index) => {
    const prefix = index === 0 ? `${indentOf(indent)}- ` : indentOf(indent + 2);
    pushEntry(lines, prefix, indent + 2, name, value[name] ?? null);
  });
}

function pushText(lines: string[], start: string, indent: number, text: string): void {
  const header = blockHeader(text);
  if (header === undefined) {
    lines.push(`${start} ${inlineText(text)}`);
    return;
  }
  lines.push(`${start} ${header}`);
  const body = header === '|' ? text.slice(0, -1) : text;
  for (const line of body.split('\n')) lines.push(line === '' ? '' : `${indentOf(indent)}${line}`);
}

/** A value on one line: lists inside lists are rare enough. */
function flow(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (value === null || typeof value !== 'object') return typeof value === 'string' ? quoted(value) : inlineText(value);
  return `{${Object.keys(value)
    .sort()
    .map((name) => `${quoted(name)}: ${flow(value[name] ?? null)}`)
    .join(', ')}}`;
}
