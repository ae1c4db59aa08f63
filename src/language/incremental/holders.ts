import type { Part } from './part.js';

/** Who has what: parts by pairs of a slot and a value. Nearly all values have one holder, and of those there is no list. */
export class Holders {
  private readonly slots = new Map<string, Map<string, Part | Part[]>>();

  /** @param pairs slots and values, one behind the other. */
  put(pairs: readonly string[], part: Part): void {
    for (let at = 0; at < pairs.length; at += 2) {
      const slot = pairs[at] as string;
      const value = pairs[at + 1] as string;
      let bySlot = this.slots.get(slot);
      if (!bySlot) this.slots.set(slot, (bySlot = new Map()));
      const before = bySlot.get(value);
      if (Array.isArray(before)) before.push(part);
      else bySlot.set(value, before ? [before, part] : part);
    }
  }

  take(pairs: readonly string[], part: Part): void {
    for (let at = 0; at < pairs.length; at += 2) {
      const bySlot = this.slots.get(pairs[at] as string);
      const value = pairs[at + 1] as string;
      const before = bySlot?.get(value);
      if (before === part) bySlot?.delete(value);
      if (!Array.isArray(before)) continue;
      const index = before.indexOf(part);
      if (index >= 0) before.splice(index, 1);
      if (before.length === 0) bySlot?.delete(value);
    }
  }

  /** In the order in which they came; one that has it twice is there twice. */
  of(slot: string, value: string): readonly Part[] {
    const found = this.slots.get(slot)?.get(value);
    if (found === undefined) return [];
    return Array.isArray(found) ? found : [found];
  }

  /** All that have anything in a slot, each once. */
  in(slot: string): Set<Part> {
    const holders = new Set<Part>();
    for (const found of this.slots.get(slot)?.values() ?? []) {
      if (!Array.isArray(found)) holders.add(found);
      else for (const part of found) holders.add(part);
    }
    return holders;
  }
}
