import path from 'node:path';
import type { Transferred } from '../../app.js';
import type { CommandSpec } from '../commandSpec.js';
import { formatBytes } from '../text.js';

export const decrypt = [
  '--decrypt',
  'let the copy of an encrypted snapshot be open, in a store that does not encrypt',
] as const;

const copying = (name: 'copy' | 'move', summary: string): CommandSpec => ({
  name,
  summary,
  example: `kong-backup ${name} production/latest --to archive`,
  declare(command) {
    command
      .argument('<snapshot>', 'its id, or ENVIRONMENT/latest')
      .requiredOption('--to <store>', 'a name from "stores" of the environments file, or "default"')
      .option(...decrypt);
  },
  async run([snapshot, flags], { app, context }) {
    const { to, decrypt: mayDecrypt = false } = flags as { to: string; decrypt?: boolean };
    const product = await app();
    const job = name === 'copy' ? product.copySnapshot : product.moveSnapshot;
    const done = await job(snapshot as string, to, { mayDecrypt }, context);
    return { data: done, text: textOf(done, name === 'copy' ? 'Copied' : 'Moved'), verdict: 0 };
  },
});

export const copyCommand = copying('copy', 'Copy a snapshot into another store.');
export const moveCommand = copying(
  'move',
  'Copy a snapshot into another store, open and compare it, then remove it here.',
);

export const exportCommand: CommandSpec = {
  name: 'export',
  summary: 'Write a snapshot as one tar file that needs no store.',
  example: 'kong-backup export production/latest production.tar',
  declare(command) {
    command.argument('<snapshot>', 'its id, or ENVIRONMENT/latest').argument('<file>', 'a file that is not there yet');
  },
  async run([snapshot, file], { app, context, workingFolder }) {
    const place = path.resolve(workingFolder, file as string);
    const done = await (await app()).exportSnapshot(snapshot as string, place, context);
    return { data: done, text: `${done.id}\n  ${done.file}  ${formatBytes(done.bytes)}`, verdict: 0 };
  },
};

export function textOf({ id, result }: Transferred, verb: string): string {
  if (result === 'copied') return `${verb}: ${id}`;
  const there = `${id} was there already, and is equal.`;
  if (result === 'there') return there;
  const open = "It is NOT encrypted: it was there before the store's key.";
  return `${there}\n${open} To seal it, move it into another store and from there back.`;
}
