import { isObject, type Json, type JsonObject } from '../core/json.js';

/** A loaded configuration as the YAML that `GET /config` answers: references as ids, nulls as `~`. */
export function declarativeYaml(
  formatVersion: string,
  kinds: readonly (readonly [kind: string, entities: readonly JsonObject[]])[],
): string {
  const lines = ['_transform: false', `_format_version: '${formatVersion}'`];
  for (const [kind, entities] of kinds) {
    if (entities.length > 0) lines.push(`${kind}:`, ...listLines(entities));
  }
  return `${lines.join('\n')}\n`;
}

function listLines(list: readonly Json[]): string[] {
  return list.flatMap((item) => {
    const [first = '', ...rest] = valueLines(item);
    return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

/** The lines of a value; a collection's stand one below the other without indentation. */
function valueLines(value: Json): string[] {
  if (Array.isArray(value) && value.length > 0) return listLines(value);
  if (!isObject(value) || Object.keys(value).length === 0) return scalarLines(value);
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = scalarLines(key)[0] ?? key;
    if (Array.isArray(inner) && inner.length > 0) return [`${name}:`, ...listLines(inner)];
    const lines = valueLines(inner);
    if (isObject(inner) && Object.keys(inner).length > 0) return [`${name}:`, ...lines.map((line) => `  ${line}`)];
    const [first = '', ...rest] = lines;
    return [`${name}: ${first}`, ...rest.map((line) => (line === '' ? line : `  ${line}`))];
  });
}

const plain = /^[A-Za-z0-9_./~$*(^+][^#:\n]*$|^[A-Za-z0-9_./$(^+](?:[^#:\n]|:(?=\S)|(?<=\S)#)*$/;
const looksTyped =
  /^(?:~|null|true|false|yes|no|on|off|[-+]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|[-+]?\d+(?::[0-5]?\d)+|[-+]?\.(?:inf|nan)|0[xob][\da-f_]+|<<|=)$/i;

function scalarLines(value: Json): string[] {
  if (value === null) return ['~'];
  if (Array.isArray(value)) return ['[]'];
  if (isObject(value)) return ['{}'];
  if (typeof value !== 'string') return [String(value)];
  if (value.includes('\n')) return literal(value);
  if (value !== '' && plain.test(value) && !looksTyped.test(value) && !/\s$/.test(value)) return [value];
  return [`'${value.replaceAll("'", "''")}'`];
}

function literal(text: string): string[] {
  const body = text.replace(/\n+$/, '');
  const trailing = text.length - body.length;
  const chomp = trailing === 0 ? '-' : trailing === 1 ? '' : '+';
  return [`|${chomp}`, ...body.split('\n'), ...Array<string>(Math.max(0, trailing - 1)).fill('')];
}
