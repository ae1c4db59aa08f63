import type { FieldFacts } from '../schema/facts.js';

/** "integer", "list of strings", "one of 3 values": in few words. */
export function typeOf(field: FieldFacts): string {
  switch (field.type) {
    case 'array':
    case 'set':
      return field.elements ? `list of ${typeOf(field.elements)}s` : 'list';
    case 'map':
      return field.values ? `map of ${typeOf(field.values)}s` : 'map';
    case 'foreign':
      return field.reference ? `reference to one of \`${field.reference}\`` : 'reference';
    default:
      return field.type;
  }
}

/** What the facts say of a field, as Markdown: type, default, what it takes; and what a gateway itself says of it, where one was asked. */
export function describeField(name: string, field: FieldFacts): string {
  const lines = [
    `**\`${name}\`** — ${typeOf(field)}${field.required && field.default === undefined ? ', required' : ''}`,
  ];
  const say = (text: string): void => void lines.push(`- ${text}`);
  if (field.description !== undefined) lines.push('', asText(field.description), '');
  const values = field.one_of ?? field.elements?.one_of;
  if (values) say(`one of ${values.map(code).join(', ')}`);
  if (field.default !== undefined && field.default !== null) say(`default ${code(field.default)}`);
  if (field.between) say(`from ${field.between[0]} to ${field.between[1]}`);
  if (field.gt !== undefined) say(`greater than ${field.gt}`);
  if (field.len_min !== undefined && field.len_min > 0) say(`at least ${field.len_min} long`);
  if (field.len_max !== undefined) say(`at most ${field.len_max} long`);
  if (field.starts_with !== undefined) say(`starts with ${code(field.starts_with)}`);
  if (field.uuid) say('a UUID');
  if (field.unique) say('unique');
  if (field.referenceable) say('may be a vault reference, such as `{vault://env/name}`');
  if (field.encrypted) say('a secret');
  if (field.deprecation) {
    const removed = field.deprecation.removal_in_version;
    say(`deprecated${removed === undefined ? '' : `, gone in ${removed}`}`);
  }
  return lines.join('\n');
}

/** Words from outside as Markdown that links and loads nothing. */
function asText(words: string): string {
  const parts = words.replace(/\s+/g, ' ').split(/(`[^`]*`)/);
  return parts.map((part) => (part.startsWith('`') ? part : part.replace(/[\\[\]<>*_#|`]/g, '\\$&'))).join('');
}

const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
