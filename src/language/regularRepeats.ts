import type { Json } from '../core/json.js';

/** A value that was read, and where it is written. */
export interface Repeat {
  start: number;
  end: number;
  /** That its lines are indented more than. */
  column: number;
  value: Json;
  /** Values and keys in it. */
  size: number;
}

const kept = 16;

/**
 * The last values of a key. Files say the same again and again, and to see that text is the same is ten times as quick as to read
 * it. Who gets a value must not change it: it stands in many places.
 */
export class Repeats {
  private readonly known: Repeat[] = [];
  private next = 0;

  /** The value that is written as what stands at a place, if there is one. */
  find(text: string, start: number, column: number): Repeat | undefined {
    const { known } = this;
    for (let index = 0; index < known.length; index++) {
      const repeat = known[index] as Repeat;
      if (repeat.column === column && isSame(text, start, repeat)) return repeat;
    }
    return undefined;
  }

  add(repeat: Repeat): void {
    this.known[this.next] = repeat;
    this.next = (this.next + 1) % kept;
  }
}

function isSame(text: string, at: number, { start, end }: Repeat): boolean {
  const by = at - start;
  for (let index = start; index < end; index++) {
    if (text.charCodeAt(index) !== text.charCodeAt(index + by)) return false;
  }
  return true;
}
