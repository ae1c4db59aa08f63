import { readFile } from 'node:fs/promises';
import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import type { Command } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { ToolOutput } from '../process/toolCall.js';
import { runTool } from '../process/toolRunner.js';
import { type FilePlace, filePlace } from './kongCommandFiles.js';
import { kongError } from './kongCommandErrors.js';

/** Milliseconds: Kong takes seconds for ten thousand entities, and a database may be slow. */
const patience = 1_800_000;
/** Milliseconds that tidying up may take once the work itself was cancelled. */
const tidyTime = 30_000;

/** The `kong` program of an environment, and the files that it sees. */
export interface Kong {
  /** What a person calls the environment. */
  readonly place: string;
  /** Program and arguments before those of kong's own. */
  readonly command: Command;
  readonly files: FilePlace;
  /** Any exit code is an answer. @throws KongBackupError `tool-*`, `cancelled`. */
  run(args: readonly string[], context: OperationContext): Promise<ToolOutput>;
}

export function kongOf({ environment: { name, kong = {} }, baseFolder }: Target): Kong {
  const command: Command = kong.command ?? (kong.copy ? [...kong.copy, 'kong'] : ['kong']);
  const [tool, ...first] = command;
  const cwd = baseFolder === undefined ? {} : { cwd: baseFolder };
  return {
    place: name,
    command,
    files: filePlace(kong.copy, baseFolder),
    run: (args, context) =>
      runTool({ tool, args: [...first, ...args], timeout: patience, installHint, ...cwd }, context),
  };
}

const installHint =
  'Name it as `kong.command` in the environments file: the program itself, or with what goes in front, such as [docker, exec, kong, kong].';

/** Arguments of a `kong config` command: where kong.conf and prefix are follows. */
export function configArguments(target: Target, args: readonly string[]): string[] {
  const { conf, prefix } = target.environment.kong ?? {};
  return [
    'config',
    ...args,
    ...(conf === undefined ? [] : ['--conf', conf]),
    ...(prefix === undefined ? [] : ['--prefix', prefix]),
  ];
}

/** "3.9.3" @throws KongBackupError `tool-*`, `cancelled`. */
export async function kongVersion(kong: Kong, context: OperationContext): Promise<string> {
  const output = await kong.run(['version'], context);
  const [version] = /\d+\.\d+[\w.+-]*/.exec(output.stdout) ?? [];
  if (output.exitCode === 0 && version !== undefined) return version;
  throw kongError(output, kong.place, 'kong version');
}

/**
 * Exports the database into a new private file. Kong ends with 0 even where it wrote nothing: so the file is looked for.
 * @throws KongBackupError `tool-*`, `database-*`, `store-*`, `cancelled`.
 */
export async function exportDatabase(
  kong: Kong,
  target: Target,
  here: string,
  context: OperationContext,
): Promise<void> {
  await withFolder(kong, context, async (folder) => {
    const there = kong.files.join(folder, 'kong-export.yaml');
    const output = await kong.run(configArguments(target, ['db_export', there]), context);
    if (output.exitCode !== 0) throw kongError(output, kong.place, 'kong config db_export');
    if (await kong.files.fetch(there, here, context)) return;
    const { copy } = target.environment.kong ?? {};
    throw new KongBackupError('tool-failed', {
      place: kong.place,
      reason: `kong config db_export ended well and wrote nothing to ${there}.`,
      remedy: copy
        ? 'Check that `kong.command` and `kong.copy` lead to the same machine, as the same user, and that there is space for temporary files.'
        : 'When kong runs elsewhere, name what runs a command there as `kong.copy` in the environments file. Else check that there is space for temporary files.',
    });
  });
}

/** Lets kong read a file, its text carried to where kong runs. Any exit code is an answer. */
export async function withKongFile<T>(
  kong: Kong,
  text: string,
  work: (there: string) => Promise<T>,
  context: OperationContext,
): Promise<T> {
  return withFolder(kong, context, async (folder) => {
    const there = kong.files.join(folder, text.trimStart().startsWith('{') ? 'kong.json' : 'kong.yaml');
    await kong.files.put(text, there, context);
    return work(there);
  });
}

async function withFolder<T>(
  { files }: Kong,
  context: OperationContext,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await files.makeFolder(context);
  try {
    return await work(folder);
  } finally {
    // It held secrets: it goes, even when the work was cancelled.
    const tidy = { ...quietContext(AbortSignal.timeout(tidyTime)), log: context.log };
    await files.remove(folder, tidy).catch((error: unknown) => {
      context.log.warn(`${folder} could not be removed: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}

/** What stands in the database: `kong migrations list` says it by its exit code. */
export type DatabaseState = 'ready' | 'empty' | 'half-migrated' | 'older';

/** @throws KongBackupError `tool-*`, `database-*`, `cancelled`. */
export async function databaseState(kong: Kong, target: Target, context: OperationContext): Promise<DatabaseState> {
  const { conf } = target.environment.kong ?? {};
  const args = ['migrations', 'list', ...(conf === undefined ? [] : ['--conf', conf])];
  const output = await kong.run(args, context);
  const state = states[output.exitCode];
  if (state) return state;
  throw kongError(output, kong.place, 'kong migrations list');
}

const states: Readonly<Record<number, DatabaseState>> = { 0: 'ready', 3: 'empty', 4: 'half-migrated', 5: 'older' };

/** A text file that was carried here. @throws KongBackupError `file-unreadable`. */
export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: 'It is no text.',
      remedy: 'Look at the file.',
      cause,
    });
  }
}

/** What of the ways to fail is an answer to whether something can be taken. */
export const isAnswer = (error: unknown): error is KongBackupError =>
  isKongBackupError(error) && answers.includes(error.code);

const answers: readonly string[] = [
  'tool-missing',
  'tool-too-old',
  'tool-failed',
  'database-unreachable',
  'database-denied',
  'environment-invalid',
];
