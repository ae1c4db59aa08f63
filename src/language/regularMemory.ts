import type { Json } from '../core/json.js';
import { keyText } from './regularPatterns.js';
import { Repeats } from './regularRepeats.js';
import { resolvePlain } from './scalars.js';

/** Thrown where a text is out of the ordinary, so that no reader has to look at the results of those it calls. */
export const unusual = Symbol('unusual YAML');

/** A key, and the one that came behind it the last time: files say the same things in the same order again and again. */
export interface Key {
  name: string;
  /** As it is written. */
  written: string;
  next: Key | undefined;
  /** What the key had for values, where those go over lines or stand in brackets. */
  repeats: Repeats | undefined;
}

interface Anchor {
  /** Undefined while what it names is being read: an alias in there would never end. */
  value: Json | undefined;
  size: number;
  height: number;
}

/** Values that the aliases of a file may unfold to; of more than this the full parser decides. */
const maximumUnfolded = 1_000_000;
/** Levels that aliases may add up to; of more than this the full parser decides. */
const maximumHeight = 150;

/** Different keys of a text: each is kept. No gateway has as many names for things. */
const mostKeys = 500_000;

function nameOf(written: string): string {
  const name = keyText(written);
  if (name !== undefined) return name;
  const number = String(resolvePlain(written));
  // It may make a list of its map.
  if (number === '1') throw unusual;
  return number;
}

/** What is known of a text from the part that was read: shared by those that read its blocks and its brackets. */
export class RegularMemory {
  /** Values and keys so far, aliases unfolded. */
  size = 0;
  /** Of the value under the eye; `deepest` is the deepest level since somebody last set it. */
  depth = 0;
  deepest = 0;
  /** Where keys stand that stood in their map before: the last one counts. */
  readonly repeatedKeys: number[] = [];
  private unfolded = 0;
  private readonly keys = new Map<string, Key>();
  private readonly anchors = new Map<string, Anchor>();

  get hasAnchors(): boolean {
    return this.anchors.size > 0;
  }

  /** A key by how it is written, quotes included. */
  key(written: string): Key {
    let key = this.keys.get(written);
    if (!key) {
      const name = nameOf(written);
      // Of what every object has, no more is asked: it would be found in each.
      if (name in {}) throw unusual;
      if (this.keys.size === mostKeys) throw unusual;
      this.keys.set(written, (key = { name, written, next: undefined, repeats: undefined }));
    }
    return key;
  }

  /**
   * The values of a key so far. Undefined where the same text may mean something else: with anchors about, and at the top, of
   * which is kept where its parts stand.
   */
  repeatsOf(key: Key): Repeats | undefined {
    return this.depth < 2 || this.hasAnchors ? undefined : (key.repeats ??= new Repeats());
  }

  /** A key that is in its map already. At the top, of which is kept where its parts stand, the full parser decides. */
  repeatedKey(at: number): void {
    if (this.depth < 2) throw unusual;
    this.repeatedKeys.push(at);
  }

  enter(): void {
    if (++this.depth > this.deepest) this.deepest = this.depth;
    if (this.depth > 100) throw unusual;
  }

  leave(): void {
    this.depth--;
  }

  /** Reads a value and keeps it under a name. */
  anchored(name: string, read: () => Json): Json {
    const anchor: Anchor = { value: undefined, size: this.size, height: 0 };
    const { deepest } = this;
    this.deepest = this.depth;
    this.anchors.set(name, anchor);
    const value = read();
    // What has no value of its own may be about what comes behind it.
    if (value === null) throw unusual;
    Object.assign(anchor, { value, size: this.size - anchor.size, height: this.deepest - this.depth });
    this.deepest = Math.max(deepest, this.deepest);
    return value;
  }

  alias(name: string): Json {
    const anchor = this.anchors.get(name);
    if (anchor?.value === undefined) throw unusual;
    this.size += anchor.size;
    this.unfolded += anchor.size + 1;
    this.deepest = Math.max(this.deepest, this.depth + anchor.height + 1);
    if (this.unfolded > maximumUnfolded || this.deepest > maximumHeight) throw unusual;
    return anchor.value;
  }
}
