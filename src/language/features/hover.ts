import type { Hover } from 'vscode-languageserver-types';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import type { Position } from '../diagnostic.js';
import { pathAt, rangeOf } from '../document.js';
import type { KongDocument } from '../document.js';
import { describeField } from '../fieldDescription.js';
import type { FileKind } from '../fileKind.js';
import { singular } from '../model.js';
import { entityValue, placeOf } from '../place.js';
import { fieldAt } from '../schemaFields.js';

/** What Kong's schema says of the field under the cursor, on its key or its value. */
export function hover(
  document: KongDocument,
  position: Position,
  kind: FileKind,
  facts: SchemaFacts,
): Hover | undefined {
  const { path, onKey } = pathAt(document, document.lines.offset(position));
  if (path.length === 0) return undefined;
  const text = describe(document, path, kind, facts);
  return text === undefined
    ? undefined
    : { contents: { kind: 'markdown', value: text }, range: rangeOf(document, path, onKey ? 'key' : 'value') };
}

function describe(document: KongDocument, path: Path, kind: FileKind, facts: SchemaFacts): string | undefined {
  const place = placeOf(path, kind, facts);
  const last = path.at(-1);
  if (place.kind === undefined)
    return facts.entities[String(last)] && `**\`${last}\`** — list of ${singular(String(last))} entities`;
  const value = entityValue(document.value, path.slice(0, place.depth));
  if (place.field.length === 0) return undefined;
  const field = fieldAt(facts, { kind: place.kind, value }, place.field);
  if (!field) return undefined;
  const name = [...place.field].reverse().find((key) => typeof key === 'string');
  const text = describeField(String(name), field);
  const plugin = place.kind === 'plugins' && place.field[0] === 'name' ? value['name'] : undefined;
  return typeof plugin === 'string' ? `${text}\n\n${describePlugin(plugin, facts)}` : text;
}

function describePlugin(name: string, facts: SchemaFacts): string {
  const plugin = Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  if (!plugin) return `Kong ${facts.version} has no plugin \`${name}\` of its own.`;
  const forbidden = ['service', 'route', 'consumer', 'consumer_group'].filter(
    (scope) => plugin.fields[scope]?.eq === null,
  );
  const scope = forbidden.length
    ? ` It cannot be applied to a ${forbidden.map((s) => s.replace('_', ' ')).join(' or a ')}.`
    : '';
  return `Plugin \`${name}\` of Kong ${facts.version}.${scope}`;
}
