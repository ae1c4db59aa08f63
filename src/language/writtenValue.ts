import type { Path } from '../schema/problem.js';
import type { OpenDocument } from './openDocument.js';
import { resolvePlain } from './scalars.js';
import { childOf, type Node, type ScalarNode } from './tree.js';

/** The scalar that is written at a path, if it is written there and for that place alone; else why it isn't. */
export function writtenAt(document: OpenDocument, path: Path): ScalarNode | 'elsewhere' | 'shared' | 'block' {
  let parent: Node | undefined;
  for (let depth = 1; depth <= path.length; depth++) {
    const node = document.nodeAt(path.slice(0, depth));
    const key = path[depth - 1];
    if (!node || key === undefined) return 'elsewhere';
    // The lists of the top need not be asked for: an item of theirs is checked by itself.
    if (parent && !isInside(parent, key, node)) return 'elsewhere';
    if (isAnchored(document, parent, key, node)) return 'shared';
    if (depth === path.length) {
      if (node.type !== 'scalar') return 'elsewhere';
      return node.style === 'block' ? 'block' : node;
    }
    parent = depth === 1 ? undefined : node;
  }
  return 'elsewhere';
}

/** What an alias names or a merge brings in stands outside of what it is part of. */
function isInside(parent: Node, key: string | number, node: Node): boolean {
  if (node.start < parent.start || node.end > parent.end || childOf(parent, key) === undefined) return false;
  const entry = parent.type === 'map' ? parent.entries.get(String(key)) : undefined;
  return !entry || node.start >= entry.keySpan.end;
}

/** Whether the text before a value gives it a name, by which others have it too: `&name`. */
function isAnchored({ text }: OpenDocument, parent: Node | undefined, key: string | number, node: Node): boolean {
  const from = parent?.type === 'map' ? parent.entries.get(String(key))?.keySpan.end : undefined;
  const before = text.slice(Math.max(from ?? 0, node.start - 200), node.start);
  return /&[^\s,[\]{}]+\s*$/.test(before) || /^&/.test(text.slice(node.start, node.start + 1));
}

/** Texts that are the same with and without quotes. */
const plain = /^[\p{L}\p{N}_][\p{L}\p{N}_.~/-]*$/u;

/** A text as a value, in the quotes that another has. @param like the value as it is written. */
export function asWritten(value: string, like: string): string {
  if (like.startsWith("'")) return `'${value.replaceAll("'", "''")}'`;
  const isPlain = !like.startsWith('"') && plain.test(value) && resolvePlain(value) === value;
  return isPlain ? value : JSON.stringify(value);
}
