import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { busybox } from '../../scripts/tools/busybox.js';
import type { Command } from '../../src/core/environmentSections.js';
import { programsBehind } from '../../src/drivers/programsBehind.js';

/** Runs a program with its arguments as they are: GNU's on this kind of machine. */
export const plainPrefix: Command = ['env'];

/** Runs a line by a shell, as ssh does. */
export const shellPrefix: Command = [
  process.execPath,
  fileURLToPath(new URL('standInRemoteShell.mjs', import.meta.url)),
];

/** Runs busybox's programs and no others. @param folder an empty one, for its links. */
export async function busyboxPrefix(folder: string): Promise<Command> {
  const program = await busybox.find();
  if (program === undefined) throw new Error('busybox is not installed');
  const programs = path.join(folder, 'busybox-programs');
  mkdirSync(programs);
  for (const name of programsBehind) symlinkSync(program, path.join(programs, name));
  return ['/usr/bin/env', `PATH=${programs}`];
}
