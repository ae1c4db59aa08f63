import type { Path } from '../../schema/problem.js';
import type { Node } from '../tree.js';
import type { Finding, TextInput } from './check.js';

/** A key that stands twice in one map: Kong takes the last and drops the others without a word. */
export function* duplicateKeys({ document }: TextInput): Generator<Finding> {
  const open: { node: Node; path: Path }[] = (document.repeatedKeysIn ?? [[]]).flatMap((path) => {
    const node = path.length === 0 ? document.root : document.nodeAt(path);
    return node ? [{ node, path }] : [];
  });
  // An aliased node is seen once.
  const seen = new Set<Node>();
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, path } = next;
    if (node.type === 'scalar' || seen.has(node)) continue;
    seen.add(node);
    if (node.type === 'list') {
      node.items.forEach((item, index) => open.push({ node: item, path: [...path, index] }));
      continue;
    }
    for (const { key, keySpan } of node.overridden) {
      const message = `\`${key}\` stands here again further down: Kong takes the last and ignores this one.`;
      yield { severity: 'warning', code: 'duplicate-key', message, path: [...path, key], span: keySpan };
    }
    for (const { key, value } of node.entries.values()) open.push({ node: value, path: [...path, key] });
  }
}
