import type { Part, Section } from './part.js';

/** So many neighbours are kept together: few enough to be moved, many enough for their sums to be few. */
const mostInChunk = 256;

/** Neighbouring parts with their sums, so that a place in a long text is found without a look at each part. */
export class Chunk {
  length = 0;
  breaks = 0;
  /** Of its first part. Right only after `PartList.placed`. */
  ordinal = 0;
  offset = 0;
  line = 0;
  /** What somebody gathered of its parts, until one of them changes. */
  summary: unknown;

  constructor(readonly parts: Part[]) {
    this.sum();
  }

  sum(): void {
    this.length = 0;
    this.breaks = 0;
    this.summary = undefined;
    for (const part of this.parts) {
      part.chunk = this;
      this.length += part.text.length;
      this.breaks += part.breaks;
    }
  }
}

/** Where a part stands. */
export interface Standing {
  ordinal: number;
  offset: number;
  line: number;
}

/** A text as its parts, in order. To find one takes the logarithm of their number, to replace some the number of those. */
export class PartList {
  private chunks: Chunk[] = [];
  private isPlaced = false;
  private total = { parts: 0, length: 0, breaks: 0 };

  constructor(parts: readonly Part[]) {
    this.chunks = chunksOf(parts);
  }

  get size(): number {
    return this.placed().parts;
  }

  get length(): number {
    return this.placed().length;
  }

  get breaks(): number {
    return this.placed().breaks;
  }

  get all(): readonly Chunk[] {
    this.placed();
    return this.chunks;
  }

  *[Symbol.iterator](): Generator<Part> {
    for (const { parts } of this.chunks) yield* parts;
  }

  at(ordinal: number): Part | undefined {
    const chunk = this.chunkBy((each) => each.ordinal <= ordinal);
    return chunk?.parts[ordinal - chunk.ordinal];
  }

  standing(part: Part): Standing {
    this.placed();
    const { chunk } = part;
    if (!chunk) return { ordinal: -1, offset: 0, line: 0 };
    let { ordinal, offset, line } = chunk;
    for (const each of chunk.parts) {
      if (each === part) break;
      ordinal++;
      offset += each.text.length;
      line += each.breaks;
    }
    return { ordinal, offset, line };
  }

  /** The part that an offset is in; at a border the one behind it. Undefined for an empty text. */
  atOffset(at: number): { part: Part; standing: Standing } | undefined {
    return this.find(
      (chunk) => chunk.offset <= at,
      ({ offset }, part) => at < offset + part.text.length,
    );
  }

  /** The part that a line starts in. */
  atLine(at: number): { part: Part; standing: Standing } | undefined {
    return this.find(
      (chunk) => chunk.line <= at,
      ({ line }, part) => at < line + part.breaks,
    );
  }

  /** Puts others in place of some parts. */
  replace(ordinal: number, removed: number, added: readonly Part[]): void {
    const before = this.chunks.findIndex((chunk) => ordinal <= chunk.ordinal + chunk.parts.length);
    const first = this.chunks[before];
    if (!first) {
      this.chunks = chunksOf(added);
      this.isPlaced = false;
      return;
    }
    let last = before;
    const lastOrdinal = ordinal + removed;
    while (last + 1 < this.chunks.length && (this.chunks[last]?.ordinal ?? 0) + this.sizeOf(last) < lastOrdinal) last++;
    const touched = this.chunks.slice(before, last + 1).flatMap(({ parts }) => parts);
    for (const part of touched.slice(ordinal - first.ordinal, lastOrdinal - first.ordinal)) part.chunk = undefined;
    const parts = [
      ...touched.slice(0, ordinal - first.ordinal),
      ...added,
      ...touched.slice(lastOrdinal - first.ordinal),
    ];
    if (before === last && parts.length > 0 && parts.length <= mostInChunk * 2) {
      first.parts.splice(0, first.parts.length, ...parts);
      first.sum();
    } else this.chunks.splice(before, last + 1 - before, ...chunksOf(parts));
    this.isPlaced = false;
  }

  /** The text between two offsets. */
  slice(start: number, end: number): string {
    let text = '';
    const from = this.atOffset(start);
    if (!from) return text;
    let { ordinal, offset } = from.standing;
    for (let part: Part | undefined = from.part; part && offset < end; part = this.at(++ordinal)) {
      text += part.text.slice(Math.max(0, start - offset), end - offset);
      offset += part.text.length;
    }
    return text;
  }

  get text(): string {
    const pieces: string[] = [];
    for (const part of this) pieces.push(part.text);
    return pieces.join('');
  }

  private sizeOf(chunk: number): number {
    return this.chunks[chunk]?.parts.length ?? 0;
  }

  private placed(): PartList['total'] {
    if (this.isPlaced) return this.total;
    const total = { parts: 0, length: 0, breaks: 0 };
    for (const chunk of this.chunks) {
      chunk.ordinal = total.parts;
      chunk.offset = total.length;
      chunk.line = total.breaks;
      total.parts += chunk.parts.length;
      total.length += chunk.length;
      total.breaks += chunk.breaks;
    }
    this.isPlaced = true;
    return (this.total = total);
  }

  /** The last chunk of those that start at or before a place. */
  private chunkBy(isBefore: (chunk: Chunk) => boolean): Chunk | undefined {
    this.placed();
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isBefore(this.chunks[middle] as Chunk)) low = middle;
      else high = middle - 1;
    }
    return this.chunks[low];
  }

  private find(
    isBefore: (chunk: Chunk) => boolean,
    isIn: (standing: Standing, part: Part) => boolean,
  ): { part: Part; standing: Standing } | undefined {
    const chunk = this.chunkBy(isBefore);
    if (!chunk) return undefined;
    const standing = { ordinal: chunk.ordinal, offset: chunk.offset, line: chunk.line };
    for (const part of chunk.parts) {
      if (isIn(standing, part) || standing.ordinal === this.total.parts - 1) return { part, standing };
      standing.ordinal++;
      standing.offset += part.text.length;
      standing.line += part.breaks;
    }
    return undefined;
  }
}

function chunksOf(parts: readonly Part[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 0; at < parts.length; at += mostInChunk) chunks.push(new Chunk(parts.slice(at, at + mostInChunk)));
  return chunks;
}

/** The entries of the top by their keys. @returns undefined where one stands twice. */
export function sectionsOf(parts: Iterable<Part>): Map<string, Section> | undefined {
  const sections = new Map<string, Section>();
  for (const { role, section } of parts) {
    if (!section) continue;
    if (role === 'head') {
      if (sections.has(section.key)) return undefined;
      sections.set(section.key, section);
      section.items = 0;
    } else if (role === 'item') section.items++;
  }
  return sections;
}
