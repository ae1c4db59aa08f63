import type { Hover } from 'vscode-languageserver-types';
import type { Path } from '../../schema/problem.js';
import type { Position } from '../diagnostic.js';
import type { KongDocument } from '../document.js';
import type { Node, Span } from '../tree.js';
import { shapeAt } from './shapes.js';
import { words } from './words.js';

/** What there is to say of the setting whose key the cursor is on. */
export function environmentsHover({ root, lines }: KongDocument, position: Position): Hover | undefined {
  const found = root && keyAt(root, lines.offset(position), []);
  const text = found && describe(found.path);
  if (!found || text === undefined) return undefined;
  return { contents: { kind: 'markdown', value: text }, range: lines.range(found.span.start, found.span.end) };
}

/** A setting in markdown; undefined for one that there is not. */
export function describe(path: Path): string | undefined {
  const shape = shapeAt(path);
  const names = path.filter((key) => typeof key === 'string');
  const said = words[names.join('.')];
  if (!shape && said === undefined) return undefined;
  const { type, values, fields, needed = [] } = shape ?? {};
  const own = Object.keys(fields ?? shape?.items?.shape?.fields ?? {});
  const lines = [
    values && `- values: ${values.map((value) => `\`${value}\``).join(', ')}`,
    own.length > 0 && `- settings: ${own.map((key) => `\`${key}\``).join(', ')}`,
    needed.length > 0 && `- needed: ${needed.map((key) => `\`${key}\``).join(', ')}`,
  ].filter((line) => typeof line === 'string');
  const title = `**\`${names.at(-1) ?? ''}\`**${type === undefined ? '' : ` — ${type}`}`;
  return [title, said, lines.join('\n')].filter(Boolean).join('\n\n');
}

function keyAt(node: Node, offset: number, path: Path): { path: Path; span: Span } | undefined {
  if (node.type === 'list') {
    const index = node.items.findIndex(({ start, end }) => start <= offset && offset <= end);
    const item = node.items[index];
    return item && keyAt(item, offset, [...path, index]);
  }
  if (node.type !== 'map') return undefined;
  for (const [key, { keySpan, value }] of node.entries) {
    if (keySpan.start <= offset && offset <= keySpan.end) return { path: [...path, key], span: keySpan };
    if (value.start <= offset && offset <= value.end) return keyAt(value, offset, [...path, key]);
  }
  return undefined;
}
