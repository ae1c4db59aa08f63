import { CompletionItemKind, InsertTextMode } from 'vscode-languageserver-types';
import type { CompletionItem } from 'vscode-languageserver-types';
import type { FieldFacts, SchemaFacts } from '../../schema/facts.js';
import { cursorAt } from '../cursor.js';
import type { Cursor, Level } from '../cursor.js';
import type { Position } from '../diagnostic.js';
import { describeField, typeOf } from '../fieldDescription.js';
import { deckExtraKeys, deckTopLevelKeys, dblessTopLevelKeys } from '../keys.js';
import { nestingOf, singular } from '../model.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';
import { fieldAt, fieldsAt } from '../schemaFields.js';

type Scope = Pick<OpenDocument, 'kind' | 'facts'>;

/** Keys where a key is typed, values where a value is. */
export function completion(document: OpenDocument, position: Position): CompletionItem[] {
  const cursor = cursorAt(document.text, position);
  const items =
    cursor.typing.kind === 'value' ? values(cursor, cursor.typing.key, document) : keysOrItems(cursor, document);
  const { line, character } = position;
  const range = { start: { line, character: character - cursor.word.length }, end: position };
  // Behind `- ` the editor counts indentation from the dash: two columns more.
  const indent = cursor.typing.kind === 'key' && cursor.typing.item ? '\n    ' : '\n  ';
  return items.map(({ insertText, ...item }, order) => ({
    ...item,
    textEdit: { range, newText: (insertText ?? item.label).replace('\n  ', indent) },
    insertTextMode: InsertTextMode.adjustIndentation,
    sortText: String(order).padStart(4, '0'),
  }));
}

/** The path that the levels around the cursor make; which item of a list it is does not matter. */
function pathOf(levels: readonly Level[]): (string | number)[] {
  return levels.flatMap(({ key, item }) => [...(key === undefined ? [] : [key]), ...(item ? [0] : [])]);
}

/** The entity around the cursor, with those of its own keys that stand on a line. */
function entityAt(levels: readonly Level[], scope: Scope) {
  const path = pathOf(levels);
  const place = placeOf(path, scope.kind, scope.facts);
  const level = levels.find((_, index) => pathOf(levels.slice(0, index + 1)).length === place.depth);
  const value = Object.fromEntries([...(level?.keys ?? [])].map(([key, text]) => [key, unquoted(text)]));
  return { kind: place.kind, value, field: place.field };
}

const unquoted = (text: string): string => text.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');

function keysOrItems(cursor: Cursor, scope: Scope): CompletionItem[] {
  const { kind, value, field } = entityAt(cursor.levels, scope);
  if (kind !== undefined && cursor.typing.kind === 'key' && cursor.typing.item) {
    const element = fieldAt(scope.facts, { kind, value }, field);
    if (element && element.type !== 'record') return allowedValues(element);
  }
  const present = cursor.levels.at(-1)?.keys ?? new Map<string, string>();
  return (kind === undefined ? topLevel(field, scope) : entityKeys({ kind, value }, field, scope)).filter(
    ({ label }) => !present.has(label),
  );
}

function topLevel(field: readonly unknown[], { kind, facts }: Scope): CompletionItem[] {
  if (field.length > 0) return [];
  const keys = kind === 'deck' ? deckTopLevelKeys() : dblessTopLevelKeys(facts);
  return keys.map((key) =>
    key === '_format_version'
      ? {
          label: key,
          kind: CompletionItemKind.Property,
          insertText: `${key}: "${facts.version.startsWith('2.') ? '1.1' : '3.0'}"`,
        }
      : listItem(key, singular(key), key.startsWith('_') ? '' : '\n  - '),
  );
}

const listItem = (key: string, detail: string, after: string): CompletionItem => ({
  label: key,
  kind: CompletionItemKind.Module,
  detail: after ? `list of ${detail} entities` : '',
  insertText: `${key}:${after || ' '}`,
});

function entityKeys(
  entity: { kind: string; value: Record<string, string> },
  field: readonly (string | number)[],
  scope: Scope,
): CompletionItem[] {
  const { kind, facts } = scope;
  const fields = fieldsAt(facts, entity, field);
  if (!fields) return [];
  const own = Object.entries(fields)
    .filter(([, facts]) => facts.eq !== null)
    .sort(([, a], [, b]) => rank(a) - rank(b))
    .map(([key, facts]) => keyItem(key, facts));
  if (field.length > 0) return own;
  const nested = nestingOf(
    kind,
    facts,
  )(entity.kind).map(({ key, kind: child }) => listItem(key, singular(child), '\n  - '));
  const extra = kind === 'deck' ? (deckExtraKeys[entity.kind] ?? []).map((key) => listItem(key, '', '')) : [];
  return [...own, ...nested, ...extra];
}

/** What must be written first, what Kong fills in itself last. */
function rank(field: FieldFacts): number {
  if (field.auto) return 3;
  if (field.required && field.default === undefined) return 0;
  return field.deprecation ? 2 : 1;
}

function keyItem(key: string, field: FieldFacts): CompletionItem {
  const opens = { array: '\n  - ', set: '\n  - ', record: '\n  ', map: '\n  ' } as Record<string, string | undefined>;
  return {
    label: key,
    kind: CompletionItemKind.Property,
    detail: typeOf(field),
    documentation: { kind: 'markdown', value: describeField(key, field) },
    insertText: `${key}:${opens[field.type] ?? ' '}`,
    ...(field.deprecation && { tags: [1 as const] }),
  };
}

function values(cursor: Cursor, key: string, scope: Scope): CompletionItem[] {
  const { kind, value, field } = entityAt(cursor.levels, scope);
  if (kind === undefined) return key === '_format_version' ? formats(scope.facts) : [];
  if (kind === 'plugins' && key === 'name' && field.length === 0) return plugins(scope.facts);
  const facts = fieldAt(scope.facts, { kind, value }, [...field, key]);
  return facts ? allowedValues(facts) : [];
}

const formats = ({ version }: SchemaFacts): CompletionItem[] =>
  (version.startsWith('2.') ? ['1.1', '2.1'] : ['3.0', '2.1', '1.1']).map((format) => valueItem(`"${format}"`));

const plugins = ({ plugins }: SchemaFacts): CompletionItem[] =>
  Object.keys(plugins).map((name) => ({ label: name, kind: CompletionItemKind.Event }));

function allowedValues(field: FieldFacts): CompletionItem[] {
  if (field.type === 'boolean') return [true, false].map((value) => valueItem(String(value)));
  const allowed = field.one_of ?? [];
  return allowed.filter((value) => typeof value !== 'object').map((value) => valueItem(String(value)));
}

const valueItem = (label: string): CompletionItem => ({ label, kind: CompletionItemKind.EnumMember });
