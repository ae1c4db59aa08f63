import type { DocumentLink } from 'vscode-languageserver-types';
import { LineIndex } from '../lineIndex.js';
import { declarationsOf } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';
import type { Steps } from '../steps.js';

/** Links of one file: nobody follows more, and to look for them takes time. */
const most = 2000;

const pattern = /(https?:\/\/[^\s"'<>{}|\\^`]*[^\s"'<>{}|\\^`.,;:!?)\]])|\{vault:\/\/([\w-]+)[^}\s]*\}/g;

/** Addresses in values and comments; references to a vault lead to the vault of that prefix, where the file has one. */
export function* documentLinks(document: OpenDocument): Steps<DocumentLink[]> {
  const { uri } = document;
  const vaults = new Map<string, string | undefined>();
  const vaultAt = (prefix: string): string | undefined => {
    if (!vaults.has(prefix)) {
      const [vault] = declarationsOf(document, { kind: 'vaults', name: prefix });
      vaults.set(prefix, vault && `${uri}#L${vault.range.start.line + 1},${vault.range.start.character + 1}`);
    }
    return vaults.get(prefix);
  };
  const links: DocumentLink[] = [];
  for (const one of written(document)) {
    if (one === undefined) {
      yield;
      continue;
    }
    const { line, character, whole, url, prefix } = one;
    const target = url ?? (prefix === undefined ? undefined : vaultAt(prefix));
    if (target === undefined || !isAddress(target)) continue;
    links.push({ range: { start: { line, character }, end: { line, character: character + whole.length } }, target });
    if (links.length === most) break;
  }
  return links;
}

/** Something that looks like a link. */
interface Written {
  line: number;
  character: number;
  whole: string;
  url: string | undefined;
  prefix: string | undefined;
}

const known = new WeakMap<object, readonly Written[]>();

/** Pieces of which some milliseconds are full. */
const atAStretch = 200;

/**
 * In the order of the text; nothing every now and then, for something else to be done. Of a text in pieces, those are looked
 * through that nobody looked at yet.
 */
function* written({ text, pieces }: OpenDocument): Generator<Written | undefined> {
  if (!pieces) {
    yield* writtenIn(text.slice(0, text.length));
    return;
  }
  let count = 0;
  for (const { id, text: piece, startLine } of pieces) {
    if (++count % atAStretch === 0) yield undefined;
    let found = known.get(id);
    if (!found) known.set(id, (found = [...writtenIn(piece)]));
    for (const one of found) yield { ...one, line: one.line + startLine };
  }
}

function* writtenIn(text: string): Generator<Written> {
  if (!text.includes('://')) return;
  const lines = new LineIndex(text);
  for (const { index, 0: whole, 1: url, 2: prefix } of text.matchAll(pattern)) {
    yield { ...lines.position(index), whole, url, prefix };
  }
}

/** What no one could open, such as `http://`, is no link. */
function isAddress(target: string): boolean {
  try {
    return Boolean(new URL(target));
  } catch {
    return false;
  }
}
