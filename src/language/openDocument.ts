import type { Json } from '../core/json.js';
import type { SchemaFacts } from '../schema/facts.js';
import type { Path } from '../schema/problem.js';
import type { Position, Range } from './diagnostic.js';
import type { Aspect } from './document.js';
import type { FileKind } from './fileKind.js';
import type { Entity } from './model.js';
import type { Node } from './tree.js';

/**
 * A file that is open in an editor, at one version: what features see of it. None asks for more than it needs, since each
 * call is to cost the same in a file of 50 MB as in a small one, unless it says otherwise.
 */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly kind: FileKind;
  readonly facts: SchemaFacts;
  readonly text: TextView;
  /** False where errors of syntax leave a part unread: what features change is then only what they surely know. */
  readonly isWhole: boolean;
  /** Keys at the top, in the order of the text. */
  readonly topKeys: readonly string[];
  /** The entry of the top, or the item of a list there, that a line is in, as its lines say: it need not be YAML. */
  partAt(line: number): Part;
  /**
   * The parts as they lie side by side, where each is a piece of text of its own: undefined for a text that is read as a whole,
   * and where something stands between the items of a list.
   */
  readonly pieces: Iterable<Piece> | undefined;
  /** The value at a path, as Kong reads it; undefined where there is none. `[]` and lists of the top cost the whole file. */
  valueAt(path: Path): Json | undefined;
  /** The node at a path; its spans are offsets into the whole text. */
  nodeAt(path: Path): Node | undefined;
  /** The range of what a path names, or of the nearest thing above it that is there. */
  rangeOf(path: Path, aspect: Aspect): Range;
  /** The path of the innermost thing at a position, and whether the position is on its key. */
  pathAt(position: Position): { path: Path; onKey: boolean };
  readonly entities: EntityNames;
}

/** A part of the text that is read by itself: an entry of the top, or an item of a list there. */
export interface Part {
  /** The entry's key; undefined before the first. */
  key: string | undefined;
  /** Where it is an item: which one. */
  index: number | undefined;
  startLine: number;
  /** Exclusive. */
  endLine: number;
}

/** A part of the text, to be looked at once for as long as it stays as it is. */
export interface Piece {
  /** The same object as long as the piece is the same, wherever it stands. */
  readonly id: object;
  readonly text: string;
  /** Line breaks in it. */
  readonly breaks: number;
  readonly startLine: number;
  /** The entry's key; undefined for what stands before the first. */
  readonly key: string | undefined;
  /** Whether it is an item of that entry's list. */
  readonly isItem: boolean;
}

/** The text by lines. Offsets are UTF-16 units, lines end as in LSP. */
export interface TextView {
  readonly length: number;
  readonly lineCount: number;
  /** Without its line break; empty beyond the last. */
  line(index: number): string;
  slice(start: number, end: number): string;
  offset(position: Position): number;
  position(offset: number): Position;
}

/** Entities of a file by what they are called, kept up as the text changes. */
export interface EntityNames {
  /** The entity at a path or, failing that, the innermost one around it. */
  at(path: Path): Entity | undefined;
  /** Entities of a kind that a reference may call so: by id, or by the field that stands for it (`name`, `username` …). */
  find(kind: string, name: string): readonly Entity[];
  /** What entities of a kind are called (each once, ids only where there is nothing else), in the order of the text. Costs as many. */
  names(kind: string): readonly string[];
  /** Values, and entities nested under a name, that refer to an entity of a kind by a name or id: the paths of the values. */
  referencesTo(kind: string, name: string): readonly Path[];
  /** Tags, with how many entities have each. */
  tags(): ReadonlyMap<string, number>;
  /** The paths of a tag's values. */
  tagged(tag: string): readonly Path[];
  /** All entities, parents before their children, in the order of the text. Costs the whole file. */
  all(): Iterable<Entity>;
}
