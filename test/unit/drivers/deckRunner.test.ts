import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { runDeck, sweepFolders } from '../../../src/drivers/deckRunner.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const day = 24 * 3_600_000;

it('takes away what a killed run left, and nothing else', async () => {
  const root = await temporaryFolder();
  const now = Date.now();
  const make = async (name: string, age: number): Promise<void> => {
    const place = path.join(root, name);
    await mkdir(place);
    await writeFile(path.join(place, 'deck.json'), '{"headers":["Kong-Admin-Token:x"]}');
    await utimes(place, new Date(now - age), new Date(now - age));
  };
  await make('kong-backup-deck-old', 2 * day);
  await make('kong-backup-deck-running', day / 2);
  await make('deck-of-somebody', 2 * day);
  await sweepFolders(root, now);
  expect((await readdir(root)).sort()).toEqual(['deck-of-somebody', 'kong-backup-deck-running']);
});

it.skipIf(process.platform === 'win32')(
  'keeps the settings where only their owner can read them, while decK runs',
  async () => {
    const root = await temporaryFolder();
    vi.spyOn(os, 'tmpdir').mockReturnValue(root);
    // Any program does: it shows where it was told to read.
    const script = path.join(root, 'show.mjs');
    await writeFile(script, 'console.log(process.argv.at(-1)); setTimeout(() => {}, 200);');
    const modes: number[] = [];
    const settings = { env: {}, config: { headers: ['Kong-Admin-Token:x'] }, secrets: [] };
    const seen: Promise<void>[] = [];
    const onLine = (config: string): void => {
      const look = async (place: string): Promise<void> => void modes.push((await stat(place)).mode & 0o777);
      seen.push(look(config), look(path.dirname(config)));
    };
    await runDeck(process.execPath, { args: [script], settings, timeout: 10_000 }, quietContext(), { onLine });
    await Promise.all(seen);
    expect(modes.sort()).toEqual([0o600, 0o700]);
    expect((await readdir(root)).filter((name) => name.startsWith('kong-backup-deck-'))).toEqual([]);
  },
);
