import { isObject, type JsonObject } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { Range } from './diagnostic.js';
import { nestingOf, topLevelKinds } from './model.js';
import type { OpenDocument } from './openDocument.js';
import { valueOf, type MapNode, type Node, type Span } from './tree.js';

/** An entity with the node that it is written as. */
export interface EntityNode {
  kind: string;
  path: Path;
  node: MapNode;
  /** Lists of its children included. */
  value: JsonObject;
  /** The field by which it refers to the entity that it is nested in, which is not written. */
  parentField: string | undefined;
}

/** Parts of a file that lie in a range, with their nodes. Costs as much as is in the range. */
export function* partsIn(document: OpenDocument, range: Range): Generator<{ path: Path; node: Node }> {
  for (let line = range.start.line; line <= range.end.line && line < document.text.lineCount;) {
    const { key, index, startLine, endLine } = document.partAt(line);
    const path = key === undefined ? undefined : index === undefined ? [key] : [key, index];
    // The key of a list alone is a part too: the items come as parts of their own.
    const isList = path?.length === 1 && document.partAt(endLine).key === key && endLine < document.text.lineCount;
    // Lines in a column of nobody's are no entry, though they stand behind one.
    const isStray = path?.length === 1 && document.rangeOf(path, 'key').start.line !== startLine;
    const node = path && !isList && !isStray ? document.nodeAt(path) : undefined;
    if (path && node) yield { path, node };
    line = Math.max(endLine, line + 1);
  }
}

/** The entities that lie in a range, parents before their children. */
export function* entityNodesIn(document: OpenDocument, range: Range): Generator<EntityNode> {
  const kinds = topLevelKinds(document.kind, document.facts);
  const nesting = nestingOf(document.kind, document.facts);
  const span = spanOf(document, range);
  for (const { path, node } of partsIn(document, range)) {
    const [kind] = path;
    if (typeof kind !== 'string' || !kinds.includes(kind)) continue;
    const items = path.length === 1 && node.type === 'list' ? node.items : [];
    if (path.length === 2) yield* below(kind, path, node, undefined);
    for (const [index, item] of items.entries()) yield* below(kind, [kind, index], item, undefined);
  }

  function* below(kind: string, path: Path, node: Node, parentField: string | undefined): Generator<EntityNode> {
    if (node.type !== 'map' || !overlaps(node, span)) return;
    const value = valueOf(node);
    if (!isObject(value)) return;
    yield { kind, path, node, value, parentField };
    for (const { key, kind: child, field } of nesting(kind)) {
      const list = node.entries.get(key)?.value;
      if (list?.type !== 'list') continue;
      for (const [index, item] of list.items.entries()) yield* below(child, [...path, key, index], item, field);
    }
  }
}

export function spanOf({ text }: OpenDocument, { start, end }: Range): Span {
  return { start: text.offset(start), end: text.offset(end) };
}

export const overlaps = (a: Span, b: Span): boolean => a.start <= b.end && b.start <= a.end;
