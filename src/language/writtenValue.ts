import type { Path } from '../schema/problem.js';
import type { OpenDocument } from './openDocument.js';
import { resolvePlain } from './scalars.js';
import { childOf, type Node, type ScalarNode } from './tree.js';

/** The scalar that is written at a path, if it is written there and for that place alone; else why it isn't. */
export function writtenAt(document: OpenDocument, path: Path): ScalarNode | 'elsewhere' | 'shared' | 'block' {
  const tie = tieOf(document, path);
  if (tie) return tie;
  const node = document.nodeAt(path);
  if (node?.type !== 'scalar') return 'elsewhere';
  return node.style === 'block' ? 'block' : node;
}

/**
 * Why what is written at a path is not there for that place alone: an alias or a merge takes it from elsewhere, or it, or what it
 * is in, has an anchor by which other places share it. Costs the item that it is in, not the file.
 */
export function tieOf(document: OpenDocument, path: Path): 'elsewhere' | 'shared' | undefined {
  const { start } = document.rangeOf(path.slice(0, 1), 'key');
  const mark = /^[^\s#]+\s*:\s+([&*])\S/.exec(document.text.line(start.line))?.[1];
  if (mark !== undefined) return mark === '&' ? 'shared' : 'elsewhere';
  let parent: Node | undefined;
  for (let depth = 2; depth <= path.length; depth++) {
    const node = document.nodeAt(path.slice(0, depth));
    const key = path[depth - 1];
    if (!node || key === undefined) return 'elsewhere';
    if (parent && !isInside(parent, key, node)) return 'elsewhere';
    if (isAnchored(document, parent, key, node)) return 'shared';
    parent = node;
  }
  return undefined;
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
