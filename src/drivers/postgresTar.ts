import { open } from 'node:fs/promises';

const block = 512;

/**
 * Walks the headers of a tar file. `pg_restore` reads the missing end of one for ever, so that it is looked for first.
 * @returns what is wrong, in a sentence; undefined when the file goes on to the end that it announces.
 */
export async function brokenTar(place: string): Promise<string | undefined> {
  const handle = await open(place);
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(block);
    let at = 0;
    while (at + block <= size) {
      await handle.read(header, 0, block, at);
      if (header.every((byte) => byte === 0)) return at === 0 ? 'It is empty.' : undefined;
      const bytes = Number.parseInt(header.toString('latin1', 124, 136).replaceAll('\0', ' ').trim(), 8);
      if (Number.isNaN(bytes)) return `There is no header of a file at byte ${at}.`;
      at += block + Math.ceil(bytes / block) * block;
    }
    return `It ends at byte ${size}, before its end mark.`;
  } finally {
    await handle.close();
  }
}
