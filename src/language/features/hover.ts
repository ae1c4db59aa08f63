import type { Hover } from 'vscode-languageserver-types';
import { isObject, type JsonObject } from '../../core/json.js';
import { isSecretField } from '../../core/secretFields.js';
import type { SchemaFacts } from '../../schema/facts.js';
import type { Path } from '../../schema/problem.js';
import { anchorAt } from '../anchors.js';
import type { Position } from '../diagnostic.js';
import { entityPage, pluginPage } from '../documentation.js';
import { describeField } from '../fieldDescription.js';
import { fieldHistory, pluginHistory } from '../fieldHistory.js';
import { metaKeys } from '../metaKeys.js';
import { labelOf, singular, type Entity } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf, type Place } from '../place.js';
import { fieldAt } from '../schemaFields.js';
import { entitiesCalled, symbolAt, tagKind } from '../symbolAt.js';
import { describeTemplate } from '../templateDescription.js';

/**
 * What there is to say of what the cursor is on: the field, the entity that is named, what is filled in.
 * @param versions facts of all versions, oldest first, to tell when a field came.
 */
export function hover(
  document: OpenDocument,
  position: Position,
  versions: readonly SchemaFacts[] = [],
): Hover | undefined {
  const { path, onKey } = document.pathAt(position);
  if (path.length === 0) return undefined;
  const said = [
    ofAlias(document, position),
    ...(onKey ? [] : ofValue(document, path, position)),
    ofField(document, path, { versions, onKey }),
  ].filter((text) => text !== undefined);
  if (said.length === 0) return undefined;
  return {
    contents: { kind: 'markdown', value: said.join('\n\n---\n\n') },
    range: document.rangeOf(path, onKey ? 'key' : 'value'),
  };
}

/** What an alias brings here, and from where. */
function ofAlias(document: OpenDocument, position: Position): string | undefined {
  const { token, anchor } = anchorAt(document, position) ?? {};
  if (!anchor || token?.isAnchor !== false) return undefined;
  const line = anchor.range.start.line + 1;
  const { end } = anchor.range;
  const { path } = document.pathAt({ line: end.line, character: end.character + 1 });
  const value = path.length === 0 ? undefined : document.valueAt(path);
  const { kind = '', field } = placeOf(path, document.kind, document.facts);
  // A map may hold secrets further down.
  const isShown = value !== undefined && !isObject(value) && !isSecretField(kind, String(field.at(-1)));
  const what = isShown ? `: ${shown(value)}` : '';
  return `What has the name \`&${anchor.name}\` on [line ${line}](${document.uri}#L${line})${what}`;
}

/** What a value stands for: an entity, a tag, something that is filled in. */
function ofValue(document: OpenDocument, path: Path, position: Position): string[] {
  const value = document.valueAt(path);
  if (typeof value !== 'string') return [];
  const template = describeTemplate(value, document);
  const symbol = symbolAt(document, position);
  if (!symbol || symbol.isDeclaration) return template === undefined ? [] : [template];
  if (symbol.kind === tagKind) {
    const count = document.entities.tags().get(symbol.name) ?? 0;
    return [`Tag \`${symbol.name}\`, on ${count === 1 ? 'one entity' : `${count} entities`} of this file.`];
  }
  const found = entitiesCalled(document, symbol.kind, symbol.name).map((entity) => describeEntity(document, entity));
  return [...(template === undefined ? [] : [template]), ...found.slice(0, mostNamed)];
}

/** A name that stands for more entities is a mistake that is reported elsewhere. */
const mostNamed = 3;

/** Fields by which a person knows an entity again. */
const mainFields = [
  'host',
  'url',
  'protocol',
  'port',
  'path',
  'paths',
  'hosts',
  'methods',
  'custom_id',
  'prefix',
  'type',
  'enabled',
  'tags',
];

function describeEntity({ text, uri, rangeOf }: OpenDocument, { kind, path, value }: Entity): string {
  const line = rangeOf(path, 'entity').start.line + 1;
  const fields = mainFields.filter(
    (key) => !isSecretField(kind, key) && value[key] !== undefined && value[key] !== null,
  );
  const own = fields.map((key) => `- ${key}: ${shown(value[key])}`);
  const where = line <= text.lineCount ? `[line ${line}](${uri}#L${line})` : '';
  return [`**${singular(kind)} \`${labelOf(value) ?? ''}\`** — ${where}`, ...own].join('\n');
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${text.length > 200 ? `${text.slice(0, 200)}…` : text}\``;
}

interface FieldQuestion {
  versions: readonly SchemaFacts[];
  onKey: boolean;
}

function ofField(document: OpenDocument, path: Path, question: FieldQuestion): string | undefined {
  const { kind, facts } = document;
  const place = placeOf(path, kind, facts);
  if (place.kind === undefined || place.field.length === 0) return ofOwnKey(path, document);
  const entity = document.valueAt(path.slice(0, place.depth));
  const value = isObject(entity) ? entity : {};
  const known = describeKnown(document, place, value, question);
  return known ?? ofFormat(place, question);
}

function describeKnown(
  { facts }: OpenDocument,
  { kind = '', field: path }: Place,
  value: JsonObject,
  { versions }: FieldQuestion,
): string | undefined {
  const field = fieldAt(facts, { kind, value }, path);
  if (!field) return undefined;
  const name = path.findLast((key) => typeof key === 'string') ?? '';
  const history = fieldHistory(versions, { kind, value }, path).map((line) => `\n- ${line}`);
  const plugin = kind === 'plugins' && typeof value['name'] === 'string' ? value['name'] : undefined;
  const said = [describeField(String(name), field) + history.join('')];
  if (plugin !== undefined && path[0] === 'name') said.push(describePlugin(plugin, facts, versions));
  const page =
    plugin !== undefined && (path[0] === 'config' || path[0] === 'name')
      ? pluginPage(plugin, facts, path[0] === 'config' ? 'reference/' : '')
      : entityPage(kind);
  if (page !== undefined) said.push(`[Kong’s documentation](${page})`);
  return said.join('\n\n');
}

/** Keys at the top, and below those that are not Kong's. */
function ofOwnKey(path: Path, { facts }: OpenDocument): string | undefined {
  const last = String(path.at(-1));
  if (path.length === 1 && Object.hasOwn(facts.entities, last)) {
    const page = entityPage(last);
    const link = page === undefined ? '' : `\n\n[Kong’s documentation](${page})`;
    return `**\`${last}\`** — list of ${singular(last)} entities${link}`;
  }
  const [top, ...rest] = path;
  let at = typeof top === 'string' && top.startsWith('_') ? metaKeys[top] : undefined;
  let name = top;
  for (const key of rest) {
    if (typeof key === 'number') continue;
    at = at?.fields?.[key];
    name = key;
  }
  return at && `**\`${name}\`** — ${at.type}\n\n${at.text}`;
}

/** Keys of entities that the format has, and no schema of Kong's. */
function ofFormat({ field }: Place, { onKey }: FieldQuestion): string | undefined {
  const [key] = field;
  const meta = onKey && field.length === 1 ? metaKeys[String(key)] : undefined;
  return meta && `**\`${key}\`** — ${meta.type}\n\n${meta.text}`;
}

function describePlugin(name: string, facts: SchemaFacts, versions: readonly SchemaFacts[]): string {
  const plugin = Object.hasOwn(facts.plugins, name) ? facts.plugins[name] : undefined;
  if (!plugin) {
    const other = versions.filter(({ plugins }) => Object.hasOwn(plugins, name)).map(({ version }) => version);
    return `Kong ${facts.version} has no plugin \`${name}\` of its own${other.length ? `; Kong ${other.join(', ')} has` : ''}.`;
  }
  const forbidden = ['service', 'route', 'consumer', 'consumer_group'].filter(
    (scope) => plugin.fields[scope]?.eq === null,
  );
  const scope = forbidden.length
    ? ` It cannot be applied to a ${forbidden.map((s) => s.replace('_', ' ')).join(' or a ')}.`
    : '';
  const history = pluginHistory(versions, name).map((line) => `\n- ${line}`);
  return `Plugin \`${name}\` of Kong ${facts.version}.${scope}${history.join('')}`;
}
