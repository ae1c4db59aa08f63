import { CompletionItemKind } from 'vscode-languageserver-types';
import type { CompletionItem, CompletionList, Range } from 'vscode-languageserver-types';
import type { Shape } from '../../core/fieldChecks.js';
import type { Path } from '../../schema/problem.js';
import type { Position } from '../diagnostic.js';
import type { KongDocument } from '../document.js';
import { childOf, type Node } from '../tree.js';
import { typedPlace } from './cursor.js';
import { describe } from './hover.js';
import { shapeAt } from './shapes.js';

/** Settings where a key is typed, those that are needed first; values where one is. */
export function environmentsCompletion(document: KongDocument, position: Position): CompletionList {
  const { text, lines, root } = document;
  const place = typedPlace(text, lines, position);
  if (!place) return { isIncomplete: false, items: [] };
  const { path, key, present, word } = place;
  const start = { line: position.line, character: position.character - word.length };
  const range = { start, end: position };
  const items =
    key === undefined
      ? keyOrItem(path, present, range, root)
      : values([...path, key], shapeAt([...path, key]), range, root);
  return { isIncomplete: false, items };
}

function keyOrItem(path: Path, present: ReadonlySet<string>, range: Range, root: Node | undefined): CompletionItem[] {
  const shape = shapeAt(path);
  if (!shape?.fields) return values(path, shape, range, root);
  const { fields, needed = [] } = shape;
  const names = Object.keys(fields).filter((name) => !present.has(name));
  return names.map((name): CompletionItem => {
    const isNeeded = needed.includes(name);
    const type = fields[name]?.shape?.type;
    return {
      label: name,
      kind: CompletionItemKind.Property,
      ...(type !== undefined && { detail: isNeeded ? `${type}, needed` : type }),
      documentation: { kind: 'markdown', value: describe([...path, name]) ?? '' },
      sortText: `${isNeeded ? 0 : 1}${name}`,
      textEdit: { range, newText: `${name}:${isOpened(fields[name]?.shape) ? '' : ' '}` },
    };
  });
}

/** Whether the value stands on lines below. */
const isOpened = (shape: Shape | undefined): boolean => shape?.fields !== undefined || shape?.items !== undefined;

function values(path: Path, shape: Shape | undefined, range: Range, root: Node | undefined): CompletionItem[] {
  const key = path.findLast((part) => typeof part === 'string');
  const known = key === 'store' ? namesOfStores(root) : (shape?.values ?? []).map(String);
  const references = secretKeys.has(String(key)) ? ['${env:NAME}', '${file:path}'] : [];
  return [...known, ...references].map((label) => ({
    label,
    kind: CompletionItemKind.EnumMember,
    textEdit: { range, newText: references.includes(label) ? `"${label}"` : label },
  }));
}

const secretKeys: ReadonlySet<string> = new Set(['token', 'password', 'passphrase', 'secretAccessKey', 'sessionToken']);

function namesOfStores(root: Node | undefined): string[] {
  const stores = childOf(root, 'stores');
  if (stores?.type !== 'list') return [];
  return stores.items.flatMap((item) => {
    const name = childOf(item, 'name');
    return name?.type === 'scalar' ? [String(name.value)] : [];
  });
}
