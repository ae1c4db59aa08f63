import type { Location, WorkspaceEdit } from 'vscode-languageserver-types';
import type { FileKind } from '../../../src/language/fileKind.js';
import type { OpenDocument } from '../../../src/language/openDocument.js';
import { readDocument } from '../../../src/language/document.js';
import { LineIndex } from '../../../src/language/lineIndex.js';
import { wholeDocument } from '../../../src/language/wholeDocument.js';
import { facts39 } from './facts.js';

/** A file of a folder, by its name. */
export function named(name: string, text: string, kind: FileKind = 'deck'): OpenDocument {
  return wholeDocument(readDocument(text), { uri: `file:///folder/${name}`, version: 1, kind, facts: facts39 });
}

const textOf = ({ text }: OpenDocument): string => text.slice(0, text.length);

/** `kong.yaml:3 s1`: the line, counted from one, and what stands there. */
export function places(locations: readonly Location[], ...documents: OpenDocument[]): string[] {
  return locations.map(({ uri, range }) => {
    const document = documents.find((each) => each.uri === uri);
    if (!document) throw new Error(`no document ${uri}`);
    const { text } = document;
    const file = documents.length > 1 ? `${uri.slice(uri.lastIndexOf('/') + 1)}:` : '';
    return `${file}${range.start.line + 1} ${text.slice(text.offset(range.start), text.offset(range.end))}`;
  });
}

/** The text of a document once an edit is made. */
export function edited(document: OpenDocument, { changes = {} }: WorkspaceEdit): string {
  const lines = new LineIndex(textOf(document));
  return [...(changes[document.uri] ?? [])]
    .sort((a, b) => lines.offset(b.range.start) - lines.offset(a.range.start))
    .reduce(
      (text, { range, newText }) =>
        text.slice(0, lines.offset(range.start)) + newText + text.slice(lines.offset(range.end)),
      textOf(document),
    );
}

export const alone = (): Promise<readonly OpenDocument[]> => Promise.resolve([]);
export const together =
  (...others: OpenDocument[]) =>
  (): Promise<readonly OpenDocument[]> =>
    Promise.resolve(others);
