import type { PackRecord } from '../../core/snapshot.js';
import type { Chunk } from './chunkScan.js';
import type { Extent } from './pieces.js';
import type { Segment } from './writeObject.js';

/** A pack that the store has. */
export interface KnownPack {
  record: PackRecord;
  chunks: readonly Chunk[];
}

/** A pack to be written: its chunks and where their bytes are. */
export interface NewPack {
  rawBytes: number;
  chunks: Chunk[];
  segments: Segment[];
}

/** Of packs: those that are known come first, the new ones follow. */
type Place = Pick<Extent, 'pack' | 'offset'>;

/** A pack is decoded whole to read from it, so this is what reading costs in memory. */
export const mostPackBytes = 32 * 1024 * 1024;

/** A file made of more packs is slow to read and dies with any of them: the least used are written anew. */
const mostPacks = 32;
const packsKept = 8;

/** A file in more pieces makes long manifests: it is written anew. */
const mostExtents = 4096;

/** Finds for each file the extents that it consists of, and what must be written for it. */
export class PackPlan {
  readonly newPacks: NewPack[] = [];
  private readonly fresh = new Map<string, Place>();
  private readonly stored = new Map<string, Place>();

  constructor(private readonly known: readonly KnownPack[]) {
    for (const [pack, { chunks }] of known.entries()) {
      let offset = 0;
      for (const { id, length } of chunks) {
        // The newest snapshot's packs come first and stay.
        if (!this.stored.has(id)) this.stored.set(id, { pack, offset });
        offset += length;
      }
    }
  }

  /** @param file absolute path. @param chunks all of the file's. */
  add(file: string, chunks: readonly Chunk[]): Extent[] {
    const kept = this.packsToKeep(chunks);
    if (countExtents(chunks, (id) => this.placeOf(id, kept)) > mostExtents) kept.clear();
    const extents: Extent[] = [];
    let position = 0;
    for (const chunk of chunks) {
      const place = this.placeOf(chunk.id, kept) ?? this.write(file, position, chunk);
      append(extents, { ...place, length: chunk.length });
      position += chunk.length;
    }
    return extents;
  }

  private placeOf(id: string, kept: ReadonlySet<number>): Place | undefined {
    const stored = this.stored.get(id);
    return stored && kept.has(stored.pack) ? stored : this.fresh.get(id);
  }

  private packsToKeep(chunks: readonly Chunk[]): Set<number> {
    const used = new Map<number, number>();
    for (const { id, length } of chunks) {
      const place = this.stored.get(id);
      if (place) used.set(place.pack, (used.get(place.pack) ?? 0) + length);
    }
    const byUse = [...used].sort(([, a], [, b]) => b - a).map(([pack]) => pack);
    return new Set(byUse.length <= mostPacks ? byUse : byUse.slice(0, packsKept));
  }

  private write(file: string, position: number, chunk: Chunk): Place {
    let pack = this.newPacks.at(-1);
    if (!pack || pack.rawBytes + chunk.length > mostPackBytes) {
      pack = { rawBytes: 0, chunks: [], segments: [] };
      this.newPacks.push(pack);
    }
    const place = { pack: this.known.length + this.newPacks.length - 1, offset: pack.rawBytes };
    const last = pack.segments.at(-1);
    if (last?.file === file && last.offset + last.length === position) last.length += chunk.length;
    else pack.segments.push({ file, offset: position, length: chunk.length });
    pack.chunks.push(chunk);
    pack.rawBytes += chunk.length;
    this.fresh.set(chunk.id, place);
    return place;
  }
}

/** As long as nothing new of the file is placed: what is new would follow itself. */
function countExtents(chunks: readonly Chunk[], placeOf: (id: string) => Place | undefined): number {
  let [count, pack, end] = [0, NaN, NaN];
  for (const { id, length } of chunks) {
    const place = placeOf(id);
    if (!place) {
      if (pack !== -1) count++;
      pack = -1;
      continue;
    }
    if (place.pack !== pack || place.offset !== end) count++;
    [pack, end] = [place.pack, place.offset + length];
  }
  return count;
}

function append(extents: Extent[], extent: Extent): void {
  const last = extents.at(-1);
  if (last?.pack === extent.pack && last.offset + last.length === extent.offset) last.length += extent.length;
  else extents.push(extent);
}
