import type { EntryType, FileFacts } from './filesPlace.js';

/** What GNU's and busybox's `stat` both understand: raw mode in hex, numbers, size, seconds, device and inode, then names. */
export const statFormat = '%f|%u|%g|%s|%Y|%Z|%d:%i|%U|%G';

const types: Readonly<Record<number, EntryType>> = { 0x8000: 'file', 0x4000: 'directory', 0xa000: 'link' };

/** One entry a line. */
export function parseStat(output: string): FileFacts[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [raw = '', uid, gid, size, seconds, changed, inode, owner = '', group = ''] = line.split('|');
      const mode = Number.parseInt(raw, 16);
      return {
        type: types[mode & 0xf000] ?? 'other',
        mode: mode & 0o7777,
        uid: Number(uid),
        gid: Number(gid),
        ...(isName(owner) && { owner }),
        ...(isName(group) && { group }),
        size: Number(size),
        modified: Number(seconds) * 1000,
        identity: `${inode}:${changed}`,
      };
    });
}

/** Where a number has no name GNU says UNKNOWN, and busybox the number. */
const isName = (text: string): boolean => text !== '' && text !== 'UNKNOWN' && !/^\d+$/.test(text);

/** Characters that arguments of one call may have together: Windows takes 32,767 in all. */
const longest = 20_000;

export function statBatches(paths: readonly string[]): string[][] {
  const batches: string[][] = [];
  let room = 0;
  for (const each of paths) {
    room -= each.length + 8;
    if (room < 0) {
      batches.push([]);
      room = longest - each.length;
    }
    batches.at(-1)?.push(each);
  }
  return batches;
}
