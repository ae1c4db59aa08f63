import { InsertTextFormat, InsertTextMode } from 'vscode-languageserver-types';
import type { CompletionItem, CompletionList } from 'vscode-languageserver-types';
import { cursorAt } from '../cursor.js';
import type { Cursor } from '../cursor.js';
import type { Position } from '../diagnostic.js';
import type { OpenDocument } from '../openDocument.js';
import { placeAt, type Proposal } from './completionPlace.js';
import { keyProposals } from './completionKeys.js';
import { itemProposals, valueProposals } from './completionValues.js';

/** What the editor can do with a proposal. */
export interface CompletionClient {
  snippets: boolean;
}

/** More are not of use to a person: typing on asks for those that fit. */
const most = 200;

/** Keys where a key is typed, values where a value is. Costs the item that the cursor is in, not the file. */
export function completion(
  document: OpenDocument,
  position: Position,
  client: CompletionClient = { snippets: false },
): CompletionList {
  const cursor = cursorAt(document, position);
  if (!cursor) return { isIncomplete: false, items: [] };
  const blanks = /^\s*/.exec(document.text.line(position.line))?.[0].length ?? 0;
  const item = itemMaker(cursor, position, { ...client, behindBlanks: Math.max(0, cursor.column - blanks) });
  const items: CompletionItem[] = [];
  const typed = cursor.word.trim().toLowerCase();
  for (const proposal of proposals(document, cursor)) {
    if (proposal.snippetOnly && !client.snippets) continue;
    if (!(proposal.filter ?? proposal.label).toLowerCase().includes(typed) && !isLoose(proposal, typed)) continue;
    if (items.length === most) return { isIncomplete: true, items };
    items.push(item(proposal, items.length));
  }
  return { isIncomplete: false, items };
}

/** Every letter in this order somewhere: what editors take for near enough. */
function isLoose({ label, filter }: Proposal, typed: string): boolean {
  let at = 0;
  const within = (filter ?? label).toLowerCase();
  for (const letter of typed) {
    at = within.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

function* proposals(document: OpenDocument, cursor: Cursor): Generator<Proposal> {
  const place = placeAt(cursor, document);
  if (cursor.typing.kind === 'value') yield* valueProposals(place, cursor.typing.key, document);
  else if (cursor.typing.item) yield* itemProposals(place, document, cursor.word.trim());
  if (cursor.typing.kind === 'key') yield* keyProposals(place, document);
}

function itemMaker(
  cursor: Cursor,
  position: Position,
  { snippets, behindBlanks }: CompletionClient & { behindBlanks: number },
) {
  const { line, character } = position;
  const { word, quote } = cursor;
  const range = { start: { line, character: Math.max(0, character - word.length) }, end: position };
  // The editor indents by the blanks that a line starts with: what stands behind `- ` is further to the right.
  return (proposal: Proposal, order: number): CompletionItem => {
    const { label, kind, detail, documentation, deprecated, filter } = proposal;
    const snippet = snippets && quote === '' ? proposal.snippet : undefined;
    const written = snippet ?? textFor(proposal, quote);
    const newText = written.replaceAll('\n', `\n${' '.repeat(behindBlanks)}`);
    return {
      label,
      kind,
      ...(detail !== undefined && { detail }),
      ...(documentation !== undefined && { documentation: { kind: 'markdown', value: documentation } }),
      ...(deprecated && { tags: [1 as const] }),
      filterText: filter ?? label,
      textEdit: { range, newText },
      insertTextMode: InsertTextMode.adjustIndentation,
      ...(snippet !== undefined && { insertTextFormat: InsertTextFormat.Snippet }),
      sortText: String(order).padStart(4, '0'),
    };
  };
}

/** In quotes that are open already only what stands between them. */
function textFor({ label, insert = label }: Proposal, quote: Cursor['quote']): string {
  const [, , bare] = quote === '' ? [] : (/^(["'])(.*)\1$/.exec(insert) ?? []);
  return bare ?? insert;
}
