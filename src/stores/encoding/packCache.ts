import type { PackRecord } from '../../core/snapshot.js';
import type { Identity, ObjectReader } from './encoding.js';
import { readPack } from './readPack.js';

const mostBytes = 128 * 1024 * 1024;

/** Decoded packs, those used last, so that what follows from the same pack need not decode it again. */
export class PackCache {
  private readonly packs = new Map<string, { bytes: number; content: Promise<Buffer> }>();

  constructor(private readonly storage: ObjectReader) {}

  /** @throws as `readPack`. */
  async get(record: PackRecord, keys: readonly Identity[], signal: AbortSignal): Promise<Buffer> {
    const known = this.packs.get(record.name);
    const bytes = record.rawBytes;
    const entry = known ?? { bytes, content: readPack(this.storage, record, keys, signal) };
    // The last in the map is the one used last.
    this.packs.delete(record.name);
    this.packs.set(record.name, entry);
    this.makeRoom();
    try {
      return await entry.content;
    } catch (error) {
      if (this.packs.get(record.name) === entry) this.packs.delete(record.name);
      // Another reader was cancelled, not we.
      if (known && !signal.aborted) return this.get(record, keys, signal);
      throw error;
    }
  }

  private makeRoom(): void {
    let total = [...this.packs.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [name, { bytes }] of this.packs) {
      if (total <= mostBytes || this.packs.size === 1) return;
      this.packs.delete(name);
      total -= bytes;
    }
  }
}
