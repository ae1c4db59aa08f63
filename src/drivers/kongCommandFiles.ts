import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdtemp, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Command } from '../core/environmentSections.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, systemReason, writeError } from '../core/fileErrors.js';
import type { ToolOutput } from '../process/toolCall.js';
import { ProgramsBehind } from './programsBehind.js';

/** The files that the `kong` program sees: those of this machine, or of a container or machine behind a command prefix. */
export interface FilePlace {
  /** A new private folder there. */
  makeFolder(context: OperationContext): Promise<string>;
  join(folder: string, name: string): string;
  /** Copies a file from there into a new private file here. @returns false when there is none. */
  fetch(there: string, here: string, context: OperationContext): Promise<boolean>;
  /** Writes a file there, readable by whoever may read its folder. */
  put(text: string, there: string, context: OperationContext): Promise<void>;
  /** A copy with the same owner and mode. @returns false when there is nothing to copy. */
  copy(from: string, to: string, context: OperationContext): Promise<boolean>;
  /** Puts `from` in the place of `to`, in one go; where the place allows none (a file mounted by itself) by writing over it. */
  replace(from: string, to: string, context: OperationContext): Promise<void>;
  remove(there: string, context: OperationContext): Promise<void>;
}

/** @throws of every call: KongBackupError `file-unreadable`, `store-unwritable`, `store-full`, `tool-*`, `cancelled`. */
export const filePlace = (prefix: Command | undefined, cwd: string | undefined): FilePlace =>
  prefix ? placeBehind(prefix, cwd) : placeHere(cwd);

function placeHere(cwd = '.'): FilePlace {
  const at = (file: string): string => path.resolve(cwd, file);
  return {
    makeFolder: () => mkdtemp(path.join(os.tmpdir(), 'kong-backup-')),
    join: (folder, name) => path.join(folder, name),
    async fetch(there, here, { signal }) {
      throwIfCancelled(signal, there);
      const bytes = await unlessMissing(readFile(at(there)), there);
      if (!bytes) return false;
      await writeNew(here, bytes);
      return true;
    },
    async put(text, there, { signal }) {
      throwIfCancelled(signal, there);
      await writeOver(at(there), text);
    },
    async copy(from, to, { signal }) {
      throwIfCancelled(signal, from);
      const found = await unlessMissing(stat(at(from)), from);
      if (!found) return false;
      await copyFile(at(from), at(to)).catch((error: unknown) => Promise.reject(writeError(error, to)));
      await chmod(at(to), found.mode & 0o777).catch(() => undefined);
      return true;
    },
    async replace(from, to) {
      await rename(at(from), at(to)).catch(async (error: unknown) => {
        if (!mayNotRename.has(systemCode(error) ?? '')) throw writeError(error, to);
        await writeOver(at(to), await readFile(at(from)));
        await rm(at(from), { force: true });
      });
    },
    remove: (there) => rm(at(there), { recursive: true, force: true, maxRetries: 3 }),
  };
}

const mayNotRename = new Set(['EBUSY', 'EXDEV', 'EPERM', 'EACCES']);

async function unlessMissing<T>(reading: Promise<T>, place: string): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw unreadable(place, systemReason(error));
  });
}

const unreadable = (place: string, reason: string): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason,
    remedy: 'Correct the path in the environments file, or let the user that runs this read it.',
  });

/** A new file that nobody else may read. @throws KongBackupError `store-full`, `store-unwritable`. */
export async function writeNew(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => Promise.reject(writeError(error, file)));
  try {
    await handle.writeFile(content);
    await handle.sync();
  } catch (error) {
    throw writeError(error, file);
  } finally {
    await handle.close();
  }
}

/** Keeps owner and mode of a file that is there. */
async function writeOver(file: string, content: string | Uint8Array): Promise<void> {
  try {
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw writeError(error, file);
  }
}

/** By programs there, of GNU or of busybox: nothing of a file is in an argument. */
function placeBehind(prefix: Command, cwd: string | undefined): FilePlace {
  const programs = new ProgramsBehind(prefix, cwd);
  const must = programs.must.bind(programs);
  return {
    async makeFolder(context) {
      const { stdout } = await must(['mktemp', '-d'], context);
      const folder = stdout.trim();
      if (folder.startsWith('/') && !folder.includes('\n')) return folder;
      throw new KongBackupError('tool-failed', {
        place: programs.place,
        reason: '`mktemp -d` named no folder.',
        remedy: 'Check `kong.copy` in the environments file: it runs a program where the gateway is.',
      });
    },
    join: (folder, name) => `${folder.replace(/\/+$/, '')}/${name}`,
    async fetch(there, here, context) {
      const handle = openSync(here, 'wx', 0o600);
      try {
        const listener = { onBytes: (bytes: Uint8Array) => writeAll(handle, bytes) };
        const output = await programs.run(['cat', there], context, undefined, listener);
        fsyncSync(handle);
        if (output.exitCode === 0) return true;
        if (!isMissing(output)) throw programs.failed('cat', output);
      } catch (error) {
        await rm(here, { force: true });
        throw writeError(error, here);
      } finally {
        closeSync(handle);
      }
      await rm(here, { force: true });
      return false;
    },
    async put(text, there, context) {
      await must(['tee', there], context, text);
      await programs.run(['sync', there], context);
    },
    async copy(from, to, context) {
      const output = await programs.run(['cp', '-p', from, to], context);
      if (output.exitCode !== 0 && !isMissing(output)) throw programs.failed('cp', output);
      return output.exitCode === 0;
    },
    async replace(from, to, context) {
      const moved = await programs.run(['mv', '-f', from, to], context);
      if (moved.exitCode === 0) return;
      if (!/busy|cross-device|not permitted|Permission denied/i.test(moved.stderr)) throw programs.failed('mv', moved);
      await must(['cp', from, to], context);
      await programs.run(['sync', to], context);
      await must(['rm', '-f', from], context);
    },
    remove: async (there, context) => void (await must(['rm', '-rf', there], context)),
  };
}

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
}

const isMissing = ({ exitCode, stderr }: ToolOutput): boolean =>
  exitCode === 1 && /No such file or directory/i.test(stderr);

/** Part of a name that nobody else takes. */
export const someName = (): string => randomBytes(6).toString('hex');
