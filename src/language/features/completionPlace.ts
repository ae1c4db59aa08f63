import type { CompletionItemKind } from 'vscode-languageserver-types';
import type { Cursor, Level } from '../cursor.js';
import type { OpenDocument } from '../openDocument.js';
import { placeOf } from '../place.js';

/** Something that could be typed at the cursor. Lines after the first are indented from the key or item. */
export interface Proposal {
  label: string;
  kind: CompletionItemKind;
  /** What to write, where it is not the label. */
  insert?: string;
  /** The same with places to fill in, for an editor that knows them. */
  snippet?: string;
  /** True for what is of no use without them. */
  snippetOnly?: boolean;
  detail?: string;
  /** Markdown. */
  documentation?: string;
  deprecated?: boolean;
  /** What the typed word is compared with, where it is not the label. */
  filter?: string;
}

/** What is around the cursor, in Kong's words. */
export interface CompletionPlace {
  /** The kind of the entity; undefined outside of all. */
  kind: string | undefined;
  /** The entity's own fields that stand on a line, as text. */
  value: Record<string, string>;
  /** The way from the entity, or from the top, to what is typed in. */
  field: readonly (string | number)[];
  /** Keys of the innermost map. */
  present: ReadonlyMap<string, string>;
  /** The entities around, the innermost last. */
  around: readonly { kind: string; value: Record<string, string> }[];
  /** How text is written here. */
  style: 'block' | 'flow' | 'json';
}

/** The path that the levels around the cursor make; which item of a list it is does not matter. */
function pathOf(levels: readonly Level[]): (string | number)[] {
  return levels.flatMap(({ key, item }) => [...(key === undefined ? [] : [key]), ...(item ? [0] : [])]);
}

export function placeAt(cursor: Cursor, document: OpenDocument): CompletionPlace {
  const { levels } = cursor;
  const { kind: format, facts, text } = document;
  const path = pathOf(levels);
  const { kind, depth, field } = placeOf(path, format, facts);
  const around = levels.flatMap(({ keys, item }, index) => {
    const to = item ? pathOf(levels.slice(0, index + 1)) : [];
    const of = to.length > 0 ? placeOf(to, format, facts) : undefined;
    return of?.kind !== undefined && of.field.length === 0 ? [{ kind: of.kind, value: textsOf(keys) }] : [];
  });
  const level = levels.find((_, index) => pathOf(levels.slice(0, index + 1)).length === depth);
  const isJson = document.uri.endsWith('.json') || (cursor.flow && /^\s*\{/.test(text.line(0)));
  return {
    kind,
    value: textsOf(level?.keys ?? new Map<string, string>()),
    field,
    present: levels.at(-1)?.keys ?? new Map<string, string>(),
    around,
    style: isJson ? 'json' : cursor.flow ? 'flow' : 'block',
  };
}

const textsOf = (keys: ReadonlyMap<string, string>): Record<string, string> =>
  Object.fromEntries([...keys].map(([key, text]) => [key, unquoted(text)]));

const unquoted = (text: string): string => text.replace(/\s+#.*$/, '').replace(/^(["'])(.*)\1$/, '$2');
