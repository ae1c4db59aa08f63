import { CompletionItemKind } from 'vscode-languageserver-types';
import type { JsonObject } from '../../core/json.js';
import type { FieldFacts, SchemaFacts } from '../../schema/facts.js';
import { majorOf } from '../../schema/major.js';
import { nameFieldOf, referredKind } from '../entityReferences.js';
import { describeField, typeOf } from '../fieldDescription.js';
import { deckExtraKeys, deckTopLevelKeys, dblessExtraKeys, dblessTopLevelKeys } from '../keys.js';
import { metaKeys } from '../metaKeys.js';
import { nestingOf, singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { entitySample, pluginSample } from '../sampleValues.js';
import { fieldsAt } from '../schemaFields.js';
import { snippetLines, yamlLines } from '../yamlText.js';
import type { CompletionPlace, Proposal } from './completionPlace.js';
import { isMapReference } from './completionValues.js';

type Style = CompletionPlace['style'];

/** Keys that may stand at the cursor and don't yet: what must be written first. */
export function* keyProposals(place: CompletionPlace, document: OpenDocument): Generator<Proposal> {
  const known = new Set(place.present.keys());
  for (const proposal of place.kind === undefined ? outside(place, document) : inside(place, document)) {
    if (!known.has(proposal.label)) yield proposal;
    known.add(proposal.label);
  }
}

function outside({ field, style }: CompletionPlace, { kind, facts }: OpenDocument): Proposal[] {
  if (field.length > 0) return metaProposals(field, style, kind);
  const keys = kind === 'deck' ? deckTopLevelKeys() : dblessTopLevelKeys(facts);
  return keys.map((key) => {
    const meta = key.startsWith('_') ? metaKeys[key] : undefined;
    if (key === '_format_version') {
      const insert = keyText(key, style, ` "${majorOf(facts.version) < 3 ? '1.1' : '3.0'}"`);
      return { label: key, kind: CompletionItemKind.Property, insert, ...(meta && { documentation: meta.text }) };
    }
    return meta ? metaProposal(key, meta, style) : listProposal(key, key, style, kind);
  });
}

/** Keys of `_info` and its like, which no schema of Kong's has. */
function metaProposals(field: CompletionPlace['field'], style: Style, kind: OpenDocument['kind']): Proposal[] {
  if (kind !== 'deck') return [];
  let at = metaKeys[String(field[0])];
  for (const key of field.slice(1)) at = at?.fields?.[String(key)];
  return Object.entries(at?.fields ?? {}).map(([key, meta]) => metaProposal(key, meta, style));
}

const metaProposal = (key: string, { type, text }: (typeof metaKeys)[string], style: Style): Proposal => ({
  label: key,
  kind: CompletionItemKind.Property,
  detail: type,
  documentation: text,
  insert: keyText(key, style, opening(type, style)),
});

function* inside(place: CompletionPlace, { kind: format, facts }: OpenDocument): Generator<Proposal> {
  const { kind = '', value, field, style, around } = place;
  const children = nestingOf(format, facts);
  // What it is nested in says whose it is.
  const parent = children(around.at(-2)?.kind ?? '').find((child) => child.kind === kind)?.field;
  const fields = fieldsAt(facts, { kind, value }, field);
  if (fields) {
    const own = Object.entries(fields)
      .filter(([key, { eq }]) => eq !== null && key !== parent)
      .sort(([, a], [, b]) => rank(a) - rank(b));
    for (const [key, facts] of own) yield keyProposal(key, facts, style);
  }
  if (!fields) yield* referenceKeys(place, format, facts);
  if (field.length > 0 || around.length === 0) return;
  for (const { key, kind: child } of children(kind)) yield listProposal(key, child, style, format);
  if (kind === 'plugins') yield* configSkeleton(place, facts);
  const extra = format === 'deck' ? (deckExtraKeys[kind] ?? []) : dblessExtraKeys;
  for (const key of extra) {
    if (!fields || !Object.hasOwn(fields, key)) yield extraProposal(key, style);
  }
}

/** The keys by which a map names another entity: decK takes names and ids, a DB-less gateway ids. */
function* referenceKeys(
  { kind = '', field, style }: CompletionPlace,
  format: OpenDocument['kind'],
  facts: SchemaFacts,
): Generator<Proposal> {
  const [of, index, ...rest] = field;
  if (typeof of !== 'string' || rest.length > 0) return;
  if (format === 'deck' && index === undefined && !isMapReference(kind, of)) return;
  const to = referredKind(kind, of, index !== undefined, facts);
  if (to === undefined) return;
  for (const key of format === 'deck' ? [nameFieldOf(facts, to), 'id'] : ['id']) {
    const documentation = `The ${singular(to)} that is meant, by its \`${key}\`.`;
    yield { label: key, kind: CompletionItemKind.Property, documentation, insert: keyText(key, style, ' ') };
  }
}

/** The whole configuration of a plugin: what is needed, with values to start from. */
function* configSkeleton({ value, present, style }: CompletionPlace, facts: SchemaFacts): Generator<Proposal> {
  const { name } = value;
  if (name === undefined || present.has('config') || style !== 'block') return;
  const sample = pluginSample(facts, name);
  if (Object.keys(sample).length === 0) return;
  yield {
    label: `config of ${name}`,
    kind: CompletionItemKind.Snippet,
    detail: Object.keys(sample).join(', '),
    insert: ['config:', ...yamlLines(sample).map((line) => `  ${line}`)].join('\n'),
    snippet: ['config:', ...snippetLines(sample).map((line) => `  ${line}`)].join('\n'),
    filter: 'config',
  };
}

/** What must be written first, what Kong fills in itself last. */
function rank(field: FieldFacts): number {
  if (field.auto) return 3;
  if (field.required && field.default === undefined && field.type !== 'record') return 0;
  return field.deprecation ? 2 : 1;
}

const keyProposal = (key: string, field: FieldFacts, style: Style): Proposal => ({
  label: key,
  kind: CompletionItemKind.Property,
  detail: typeOf(field),
  documentation: describeField(key, field),
  insert: keyText(key, style, opening(field.type, style)),
  ...(field.deprecation && { deprecated: true }),
});

/** A list of entities; where there are snippets, with its first. */
function listProposal(key: string, kind: string, style: Style, format: OpenDocument['kind']): Proposal {
  const sample = style === 'block' ? entitySample(kind, format) : undefined;
  return {
    label: key,
    kind: CompletionItemKind.Module,
    detail: `list of ${singular(kind)} entities`,
    insert: keyText(key, style, style === 'block' ? '\n  - ' : ' []'),
    ...(sample && { snippet: `${key}:\n${itemSnippet(sample)}` }),
  };
}

const itemSnippet = (sample: JsonObject): string =>
  snippetLines([sample])
    .map((line) => `  ${line}`)
    .join('\n');

const extraProposal = (key: string, style: Style): Proposal => ({
  label: key,
  kind: CompletionItemKind.Property,
  documentation: metaKeys[key]?.text ?? '',
  insert: keyText(key, style, key === 'groups' ? (style === 'block' ? '\n  - name: ' : ' []') : ' '),
});

const keyText = (key: string, style: Style, after: string): string =>
  style === 'json' ? `"${key}":${after}` : `${key}:${after}`;

function opening(type: string, style: Style): string {
  const isList = type === 'array' || type === 'set' || type === 'list';
  if (style !== 'block') return isList ? ' []' : type === 'record' || type === 'map' ? ' {}' : ' ';
  if (isList) return '\n  - ';
  return type === 'record' || type === 'map' ? '\n  ' : ' ';
}
