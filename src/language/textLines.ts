import type { OpenDocument } from './openDocument.js';
import type { Node } from './tree.js';

/** Lines that go on with a value of an earlier line: by their number, the line on which the value starts. */
export type ContinuedLines = ReadonlyMap<number, number>;

const quoted = /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g;
const flow = /\[[^[\]{}]*\]|\{[^[\]{}]*\}/g;
/** A comment, a key with or without a value, or an item: nothing of it goes on in the next line. */
const simple =
  /^\s*(?:-\s+)*(?:#.*|[^\s"'#[\]{}|>&*!%@`,][^"'[\]{}|>]*:(?:\s+[^"'[\]{}|>].*)?|[^\s"'#[\]{}|>][^"'[\]{}|>]*|-)?\s*$/;

/** Finds the texts and braces over several lines, by the trees of the parts that may have some. */
export function textLines(document: OpenDocument, start: number, end: number): ContinuedLines {
  const continued = new Map<number, number>();
  for (let line = start; line < end;) {
    const part = document.partAt(line);
    const last = Math.min(end, Math.max(part.endLine, line + 1));
    if (part.key !== undefined && hasLongValues(document, line, last)) {
      const path = part.index === undefined ? [part.key] : [part.key, part.index];
      const node = document.nodeAt(path);
      if (node) collect(document, node, continued);
    }
    line = last;
  }
  return continued;
}

function hasLongValues({ text }: OpenDocument, start: number, end: number): boolean {
  let indent = -1;
  for (let line = start; line < end; line++) {
    const written = text.line(line);
    const bare = written.replace(quoted, 'x').replace(flow, 'x').replace(flow, 'x');
    if (!simple.test(bare)) return true;
    // Text that goes on in the next line is deeper than a line that has a value.
    const column = written.search(/\S/);
    if (column < 0 || written[column] === '#') continue;
    if (indent >= 0 && column > indent) return true;
    const isKey = /^\s*(?:-\s+)*[^:]+:(?:\s|$)/.test(bare);
    if (!isKey && !/^\s*-/.test(bare)) return true;
    const opens = /(?::|^\s*-)\s*(?:#.*)?$/.test(bare);
    indent = opens ? -1 : column + (/^\s*((?:-\s+)*)/.exec(written)?.[1]?.length ?? 0);
  }
  return false;
}

function collect({ text }: OpenDocument, root: Node, continued: Map<number, number>): void {
  const open = [root];
  const seen = new Set<Node>();
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (node.type === 'map' && !node.flow)
      for (const { value } of [...node.entries.values(), ...node.overridden]) open.push(value);
    else if (node.type === 'list' && !node.flow) open.push(...node.items);
    else mark(text, node, continued);
  }
}

function mark(text: OpenDocument['text'], { start, end }: Node, continued: Map<number, number>): void {
  const written = text.slice(start, end);
  const first = text.position(start).line;
  const last = text.position(start + written.trimEnd().length).line;
  for (let line = first + 1; line <= last; line++) continued.set(line, first);
  // Blanks at the end of a text in a block may belong to it.
  if (!/^[|>]/.test(written)) return;
  for (let line = last + 1; line < text.lineCount && text.line(line).trim() === ''; line++) continued.set(line, first);
}
