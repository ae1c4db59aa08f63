import { LineIndex } from '../lineIndex.js';
import type { Chunk } from './partList.js';
import type { Entries } from './directory.js';
import type { Found } from './findings.js';
import type { PartReading } from './readPart.js';

/** `head`: the entry of a key, up to the first item of its list. `stray`: a word in a column where only keys or items can stand. */
export type PartRole = 'prologue' | 'head' | 'item' | 'stray';

/** An entry of the top; the same object as long as its key stands there. */
export interface Section {
  key: string;
  head: Part;
  /** Items of its list that are parts of their own. */
  items: number;
}

/** What may follow a part. Never changed once made, so that parts share it. */
export interface Flow {
  /** The entry that stands last. */
  section: Section | undefined;
  /** Nothing follows its key yet, so that its list may start. */
  empty: boolean;
  /** Where the items of its list start; undefined without one. */
  column: number | undefined;
  /** The list that was being written before the entry. */
  before: Flow | undefined;
}

let made = 0;

/**
 * A stretch of the text that means the same by itself as in its place: an entry of the top, or an item of a list there. It starts
 * with a line; what its text is never changes: another text is another part.
 */
export class Part {
  chunk: Chunk | undefined;
  reading: PartReading | undefined;
  /** What checks found in it; undefined before they looked. */
  found: readonly Found[] | undefined;
  /** What it adds to the directory; undefined while it is not in there. */
  entries: Entries | undefined;
  /** Stands for the index of the item, which changes with what stands before it. */
  readonly serial = ++made;
  private index: LineIndex | undefined;

  constructor(
    readonly role: PartRole,
    readonly text: string,
    /** Line breaks. */
    readonly breaks: number,
    /** Of a head: the entry that it starts. Of an item: the one it belongs to. */
    public section: Section | undefined,
    readonly after: Flow,
    /** Of an item that stands behind something that does not belong into its list. */
    readonly resumes: boolean,
  ) {}

  get lines(): LineIndex {
    return (this.index ??= new LineIndex(this.text));
  }
}
