import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { rm } from 'node:fs/promises';
import type { OperationContext } from '../core/context.js';
import type { Command } from '../core/environmentSections.js';
import { redact } from '../core/redact.js';
import type { ToolOutput } from '../process/toolCall.js';
import { isOwnerName } from './filesOwners.js';
import { type FilesPlace, type Found, type Owner, unreadable } from './filesPlace.js';
import { parseStat, statBatches, statFormat } from './filesStat.js';
import { ProgramsBehind } from './programsBehind.js';

/** The files where a command prefix leads to: a container, another machine. */
export function filesBehind(prefix: Command, cwd: string | undefined): FilesPlace {
  const programs = new ProgramsBehind(prefix, cwd);
  const must = programs.must.bind(programs);
  return {
    name: prefix.join(' '),
    path: path.posix,
    isWindows: false,
    check: (context) => programs.check(context),
    user: async (context) => Number((await must(['id', '-u'], context)).stdout),
    async list(folder, { depth, most }, context) {
      const output = await programs.run(['find', '-H', folder, '-maxdepth', String(depth), '-print0'], context);
      const paths = output.stdout.split('\0').filter((each) => each !== '' && each !== folder);
      const unread = output.stderr.split('\n').filter((line) => line !== '');
      if (output.exitCode !== 0 && paths.length === 0 && !/denied/i.test(output.stderr))
        throw programs.failed('find', output);
      return { paths: paths.slice(0, most), unread: unread.slice(0, 20), isCut: paths.length > most };
    },
    async look(paths, context) {
      const found: Found[] = [];
      for (const batch of statBatches(paths)) found.push(...(await lookAt(programs, batch, context)));
      return found;
    },
    async linkTarget(link, context) {
      const { exitCode, stdout } = await programs.run(['readlink', link], context);
      if (exitCode !== 0 || stdout === '') throw unreadable(link, 'Where the link leads could not be read.');
      return stdout.replace(/\n$/, '');
    },
    async realPath(link, context) {
      const { exitCode, stdout } = await programs.run(['readlink', '-f', link], context);
      return exitCode === 0 && stdout !== '' ? stdout.replace(/\n$/, '') : undefined;
    },
    read: (file, into, context) => readFrom(programs, file, into, context),
    async makeFolder(folder, mode, context) {
      const wanted = mode === undefined ? [] : ['-m', mode.toString(8)];
      await must(['mkdir', ...wanted, folder], context);
    },
    async write(from, file, context) {
      await programs.must(['tee', file], context, createReadStream(from));
      await programs.run(['sync', file], context);
    },
    makeLink: async (target, link, context) => void (await must(['ln', '-s', '--', target, link], context)),
    setMode: async (file, mode, context) => void (await must(['chmod', mode.toString(8), file], context)),
    setOwner: (file, owner, context) => setOwner(programs, file, owner, context),
    async copy(from, to, context) {
      await must(['cp', '-p', '-P', from, to], context);
      await programs.run(['sync', to], context);
    },
    async replace(from, to, context) {
      const moved = await programs.run(['mv', '-f', from, to], context);
      if (moved.exitCode === 0) return void (await programs.run(['sync', path.posix.dirname(to)], context));
      if (!/busy|cross-device|not permitted|denied/i.test(moved.stderr)) throw programs.failed('mv', moved, to);
      await must(['cp', from, to], context);
    },
    remove: async (file, context) => void (await must(['rm', '-rf', file], context)),
  };
}

const isMissing = ({ stderr }: ToolOutput): boolean => /No such file or directory|Not a directory/i.test(stderr);

/** All at once; one by one where one of them is not there, for its line is then missing. */
async function lookAt(programs: ProgramsBehind, paths: readonly string[], context: OperationContext): Promise<Found[]> {
  const output = await programs.run(['stat', '-c', statFormat, ...paths], context);
  const facts = parseStat(output.stdout);
  if (output.exitCode === 0 && facts.length === paths.length) return facts;
  if (paths.length > 1) {
    const half = Math.ceil(paths.length / 2);
    return [
      ...(await lookAt(programs, paths.slice(0, half), context)),
      ...(await lookAt(programs, paths.slice(half), context)),
    ];
  }
  if (isMissing(output)) return [undefined];
  const [first = ''] = paths;
  if (!/denied/i.test(output.stderr)) throw programs.failed('stat', output);
  return [{ type: 'unreadable', reason: `Permission denied where ${first} is.` }];
}

async function readFrom(programs: ProgramsBehind, file: string, into: string | undefined, context: OperationContext) {
  const hash = createHash('sha256');
  let bytes = 0;
  let failure: unknown;
  const target = into === undefined ? undefined : openSync(into, 'wx', 0o600);
  const keep = (chunk: Uint8Array): void => {
    hash.update(chunk);
    bytes += chunk.length;
    if (target === undefined || failure !== undefined) return;
    try {
      for (let written = 0; written < chunk.length;) written += writeSync(target, chunk, written);
    } catch (error) {
      failure = error;
    }
  };
  try {
    const output = await programs.run(['cat', file], context, undefined, { onBytes: keep });
    if (failure !== undefined) throw failure;
    if (output.exitCode !== 0)
      throw unreadable(file, redact(lastLine(output.stderr)) || `cat ended with ${output.exitCode}.`);
    if (target !== undefined) fsyncSync(target);
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    if (into !== undefined) await rm(into, { force: true });
    throw error;
  } finally {
    if (target !== undefined) closeSync(target);
  }
}

const lastLine = (text: string): string => text.trim().split(/\r?\n/).at(-1) ?? '';

/** By names; by numbers where the names are not known there. */
async function setOwner(
  programs: ProgramsBehind,
  file: string,
  owner: Owner,
  context: OperationContext,
): Promise<void> {
  const { owner: user, group, uid, gid } = owner;
  const named = [user ?? '', group ?? ''];
  if (named.every((name) => isOwnerName(name))) {
    const output = await programs.run(['chown', '-h', named.join(':'), file], context);
    if (output.exitCode === 0) return;
    if (!/invalid (user|group)|unknown (user|group)/i.test(output.stderr)) throw programs.failed('chown', output, file);
  }
  if (uid !== undefined && gid !== undefined) await programs.must(['chown', '-h', `${uid}:${gid}`, file], context);
}
