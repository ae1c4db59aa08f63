import type { Json, JsonObject } from '../core/json.js';
import type { Path } from '../schema/problem.js';
import type { ScalarValue } from './scalars.js';

/** Offsets into the text, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
}

export interface ScalarNode extends Span {
  type: 'scalar';
  value: ScalarValue;
  style: 'plain' | 'quoted' | 'block';
}

/** A key and its value. What `<<` merges in has the span of the place it is written at. */
export interface Entry {
  key: string;
  keySpan: Span;
  value: Node;
}

export interface MapNode extends Span {
  type: 'map';
  /** As Kong reads them: the last of duplicates, merged entries included, each key once. */
  entries: Map<string, Entry>;
  /** Earlier entries whose key comes again later: Kong never sees them. */
  overridden: Entry[];
  flow: boolean;
}

export interface ListNode extends Span {
  type: 'list';
  items: Node[];
  flow: boolean;
}

/** What is left of a parsed text: positions and values, without the parser's own types. An alias is the node it names. */
export type Node = ScalarNode | MapNode | ListNode;

const values = new WeakMap<Node, Json>();

/** The plain value; made once, so never change it. */
export function valueOf(node: Node): Json {
  if (node.type === 'scalar') return node.value;
  let value = values.get(node);
  if (value === undefined) {
    value = node.type === 'list' ? node.items.map(valueOf) : objectOf(node);
    values.set(node, value);
  }
  return value;
}

function objectOf(node: MapNode): JsonObject {
  const object: JsonObject = {};
  for (const [key, entry] of node.entries) {
    // Plain assignment to `__proto__` would change the object's prototype.
    if (key === '__proto__') Object.defineProperty(object, key, { value: valueOf(entry.value), enumerable: true });
    else object[key] = valueOf(entry.value);
  }
  return object;
}

export function childOf(node: Node | undefined, key: string | number): Node | undefined {
  if (node?.type === 'map') return node.entries.get(String(key))?.value;
  if (node?.type === 'list' && typeof key === 'number') return node.items[key];
  return undefined;
}

export function nodeAt(root: Node | undefined, path: Path): Node | undefined {
  let node = root;
  for (const key of path) node = childOf(node, key);
  return node;
}

/** Overridden entries of a map that are remembered: to keep millions would fill the memory for nobody. */
const remembered = 1000;

/** Adds an entry to a map. One with the same key is overridden, and remembered as such. */
export function putEntry(map: MapNode, entry: Entry): void {
  const earlier = map.entries.get(entry.key);
  if (earlier && map.overridden.length < remembered) map.overridden.push(earlier);
  map.entries.set(entry.key, entry);
}

/** Moves a tree to where its text stands in a larger one. */
export function shift(node: Node, by: number): void {
  move(node, by);
  if (node.type === 'list') for (const item of node.items) shift(item, by);
  if (node.type !== 'map') return;
  for (const { keySpan, value } of [...node.entries.values(), ...node.overridden]) {
    move(keySpan, by);
    shift(value, by);
  }
}

function move(span: Span, by: number): void {
  span.start += by;
  span.end += by;
}
