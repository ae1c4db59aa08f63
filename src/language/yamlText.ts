import { isObject, type Json } from '../core/json.js';
import { resolvePlain } from './scalars.js';

/** Text that stands for itself without quotes, wherever it is put. */
const plain = /^[\w/.~+-](?:[\w ./~+@=()*^$|?%-]|:(?! )|\\)*$/;

/** A value as it stands behind `key: `, in quotes where Kong would else read something other than it. */
export function scalarText(value: Exclude<Json, object>): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = plain.test(value) && !/[\s:]$|^-(?:\s|$)|^---/.test(value) && resolvePlain(value) === value;
  return isPlain ? value : JSON.stringify(value);
}

/** Writes a scalar in a way of one's own: as a snippet's placeholder. */
type WriteScalar = (value: Exclude<Json, object>) => string;

/**
 * A value in lines, two columns a level: the first starts where the value does, the others are indented from the column of
 * the key or `-` that it belongs to.
 */
export function yamlLines(value: Json, write: WriteScalar = scalarText): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return ['[]'];
    return value.flatMap((item) => yamlLines(item, write).map((line, at) => (at === 0 ? `- ${line}` : `  ${line}`)));
  }
  if (!isObject(value)) return [write(value)];
  const entries = Object.entries(value);
  if (entries.length === 0) return ['{}'];
  return entries.flatMap(([key, inner]) => {
    const lines = yamlLines(inner, write);
    const isOpen = typeof inner === 'object' && inner !== null && Object.keys(inner).length > 0;
    return isOpen ? [`${scalarText(key)}:`, ...lines.map((line) => `  ${line}`)] : [`${scalarText(key)}: ${lines[0]}`];
  });
}

/** The lines of a value with a placeholder for each scalar that a person may want to change. */
export function snippetLines(value: Json, choices: (scalar: Exclude<Json, object>) => readonly string[] = () => []) {
  let count = 0;
  return yamlLines(value, (scalar) => {
    const text = scalarText(scalar);
    const among = choices(scalar);
    const index = ++count;
    if (among.length > 1) return `\${${index}|${among.map(choiceText).join(',')}|}`;
    const isQuoted = text.startsWith('"');
    return isQuoted ? `"\${${index}:${placeholder(text.slice(1, -1))}}"` : `\${${index}:${placeholder(text)}}`;
  });
}

/** Text that stands in a snippet as it is. */
export const snippetText = (text: string): string => text.replace(/[\\$]/g, '\\$&');

const placeholder = (text: string): string => text.replace(/[\\$}]/g, '\\$&');
const choiceText = (text: string): string => text.replace(/[\\$},|]/g, '\\$&');
