import type { Hover } from 'vscode-languageserver-types';
import type { Position } from '../diagnostic.js';
import { defaultIn, environmentVariable, isIn, nginxPlaces, openNames, propertyOf, propertyPage } from './facts.js';
import type { PropertyFacts } from './facts.js';
import type { ConfInput } from './finding.js';

/** What there is to say of the property that the cursor is on. */
export function confHover(input: ConfInput, position: Position): Hover | undefined {
  const { file } = input;
  const offset = file.lines.offset(position);
  const property = file.properties.find(({ key, value }) =>
    [key, value].some(({ start, end }) => start <= offset && offset <= end),
  );
  if (!property) return undefined;
  const text = describe(input, property.name);
  if (text === undefined) return undefined;
  return { contents: { kind: 'markdown', value: text }, range: file.lines.range(property.key.start, property.key.end) };
}

/** A property in markdown; undefined for one that Kong does not know. */
export function describe(input: ConfInput, name: string): string | undefined {
  const property = propertyOf(input.facts, name);
  if (!property) return describeOpen(name);
  const lines = [
    `**\`${name}\`** — ${typeName(property)}`,
    [...factsOf(property, input), `- environment variable: \`${environmentVariable(name)}\``].join('\n'),
    `[Kong’s documentation](${propertyPage(name)})`,
  ];
  return lines.join('\n\n');
}

function describeOpen(name: string): string | undefined {
  const open = openNames.find(({ pattern }) => pattern.test(name));
  if (!open) return undefined;
  const [, block = '', directive = ''] = open.pattern.exec(name) ?? [];
  const place = name.startsWith('nginx_') ? nginxPlaces[block] : undefined;
  const where = place === undefined ? '' : `: \`${directive}\` in ${place}`;
  return `**\`${name}\`** — ${open.meaning}${where}\n\n- environment variable: \`${environmentVariable(name)}\``;
}

const typeNames = {
  boolean: 'boolean',
  number: 'number',
  list: 'list, separated by commas',
  listen: 'list of addresses to listen on',
  size: 'size',
} as const;

export function typeName({ type, values, whole }: PropertyFacts): string {
  if (type === 'number' && whole) return 'whole number';
  if (type !== undefined) return typeNames[type];
  return values ? 'one of some values' : 'text';
}

function factsOf(property: PropertyFacts, { version, facts }: ConfInput): string[] {
  const { values, open, type, min, max, since, until, replacedBy } = property;
  const kongs = defaultIn(property, version);
  const range = [min === undefined ? '' : `from ${min}`, max === undefined ? '' : `to ${max}`]
    .filter(Boolean)
    .join(' ');
  const lines = [
    kongs === undefined ? 'no default' : `default: \`${kongs}\``,
    values && `${open ? 'such as' : 'values'}: ${values.map((value) => `\`${value}\``).join(', ')}`,
    type === 'boolean' && 'values: `on`, `off`',
    range && `range: ${range}`,
    since !== undefined && `since Kong ${since}, as far as is known`,
    until !== undefined && `last in Kong ${until}, as far as is known`,
    !isIn(facts, property, version) && `**not in Kong ${version}**`,
    replacedBy !== undefined && `deprecated: use \`${replacedBy}\``,
  ];
  return lines.filter((line) => line !== undefined && line !== false && line !== '').map((line) => `- ${line}`);
}
