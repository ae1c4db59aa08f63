import type { DocumentLink } from 'vscode-languageserver-types';
import type { Range } from '../diagnostic.js';
import { declarationsOf } from '../occurrences.js';
import type { OpenDocument } from '../openDocument.js';

/** Links of one file: nobody follows more, and to look for them takes time. */
const most = 2000;

const pattern = /(https?:\/\/[^\s"'<>{}|\\^`]*[^\s"'<>{}|\\^`.,;:!?)\]])|\{vault:\/\/([\w-]+)[^}\s]*\}/g;

/** Addresses in values and comments; references to a vault lead to the vault of that prefix, where the file has one. */
export function documentLinks(document: OpenDocument): DocumentLink[] {
  const { text, uri } = document;
  const vaults = new Map<string, string | undefined>();
  const vaultAt = (prefix: string): string | undefined => {
    if (!vaults.has(prefix)) {
      const [vault] = declarationsOf(document, { kind: 'vaults', name: prefix });
      vaults.set(prefix, vault && `${uri}#L${vault.range.start.line + 1},${vault.range.start.character + 1}`);
    }
    return vaults.get(prefix);
  };
  const all = text.slice(0, text.length);
  const links: DocumentLink[] = [];
  for (const { index, 0: whole, 1: url, 2: prefix } of all.matchAll(pattern)) {
    const target = url ?? (prefix === undefined ? undefined : vaultAt(prefix));
    if (target === undefined || !isAddress(target)) continue;
    const range: Range = { start: text.position(index), end: text.position(index + whole.length) };
    links.push({ range, target });
    if (links.length === most) break;
  }
  return links;
}

/** What no one could open, such as `http://`, is no link. */
function isAddress(target: string): boolean {
  try {
    return Boolean(new URL(target));
  } catch {
    return false;
  }
}
