import { type BigIntStats, close, fstat, open, read } from 'node:fs';

/** Files up to that many bytes are read in one go. */
const small = 64 * 1024;

export interface SmallFile {
  content: Buffer;
  /** Of the file that was read. */
  stats: BigIntStats;
}

/**
 * A small file as a whole. By callbacks: a catalogue of ten thousand snapshots reads twenty thousand of them, and a stream for each
 * takes six times as long.
 * @param file absolute path of a plain file.
 * @returns undefined for one that is not small, or grows meanwhile. Rejects as the system does.
 */
export function readSmallFile(file: string): Promise<SmallFile | undefined> {
  return new Promise((resolve, reject) => {
    open(file, 'r', (failure, handle) => {
      if (failure) return reject(failure);
      const end = (error: Error | null, result?: SmallFile): void =>
        close(handle, (unclosed) => ((error ?? unclosed) ? reject(error ?? unclosed) : resolve(result)));
      fstat(handle, { bigint: true }, (unseen, stats) => {
        if (unseen || stats.size > small) return end(unseen);
        // A byte more than it has: that it grew shows.
        const room = Buffer.allocUnsafe(Number(stats.size) + 1);
        const go = (at: number): void =>
          read(handle, room, at, room.length - at, at, (unread, bytes) => {
            if (unread || at + bytes === room.length) return end(unread);
            if (bytes > 0) return go(at + bytes);
            end(null, { content: room.subarray(0, at), stats });
          });
        go(0);
      });
    });
  });
}
