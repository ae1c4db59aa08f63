import type { Node } from '../../../src/language/tree.js';

/** A tree without what may differ: white space at the end of things, and where exactly nothing stands. */
export function comparable(node: Node, text: string): unknown {
  const end = node.start + text.slice(node.start, node.end).trimEnd().length;
  const span = node.start === node.end ? 'empty' : [node.start, end];
  if (node.type === 'scalar') return { value: node.value, style: node.style, span };
  if (node.type === 'list') return { flow: node.flow, span, items: node.items.map((item) => comparable(item, text)) };
  return {
    flow: node.flow,
    span,
    entries: [...node.entries.values()].map(({ key, keySpan, value }) => [key, keySpan, comparable(value, text)]),
    overridden: node.overridden.map(({ key, keySpan }) => [key, keySpan]),
  };
}
