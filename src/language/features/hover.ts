import type { Hover } from 'vscode-languageserver-types';
import { isObject } from '../../core/json.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import type { Position } from '../diagnostic.js';
import { describeField } from '../fieldDescription.js';
import { singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { fieldAt } from '../schemaFields.js';

/** What Kong's schema says of the field under the cursor, on its key or its value. */
export function hover(document: OpenDocument, position: Position): Hover | undefined {
  const { path, onKey } = document.pathAt(position);
  if (path.length === 0) return undefined;
  const text = describe(document, path);
  return text === undefined
    ? undefined
    : { contents: { kind: 'markdown', value: text }, range: document.rangeOf(path, onKey ? 'key' : 'value') };
}

function describe(document: OpenDocument, path: Path): string | undefined {
  const { kind, facts } = document;
  const place = placeOf(path, kind, facts);
  const last = path.at(-1);
  if (place.kind === undefined)
    return facts.entities[String(last)] && `**\`${last}\`** — list of ${singular(String(last))} entities`;
  const entity = document.valueAt(path.slice(0, place.depth));
  const value = isObject(entity) ? entity : {};
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
