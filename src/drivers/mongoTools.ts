import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { Counts } from '../core/snapshot.js';
import { runTool } from '../process/toolRunner.js';
import type { MongoConnection } from './mongoConnection.js';

export type MongoProgram = 'mongodump' | 'mongorestore';

const hint =
  "Install MongoDB's Database Tools (mongodb.com/try/download/database-tools), or name their folder as mongodb.programs in the environments file.";

/** How long a program may say nothing at all, in milliseconds: against a server that is gone mongorestore waits without end. */
const usualSilence = 120_000;
/** From here on it says nothing until an index is made, however long that takes. */
const makesIndexes = /\t(restoring indexes|index: )/;

/** What both programs are told of the server. The password stands in a file. */
export function connectionArguments(
  { host, port, user, authDatabase, database, tls, caFile }: MongoConnection,
  config: string | undefined,
): string[] {
  return [
    ...(config === undefined ? [] : ['--config', config]),
    '--host',
    host,
    '--port',
    String(port),
    ...(user === undefined ? [] : ['--username', user, '--authenticationDatabase', authDatabase ?? database]),
    ...(tls ? ['--ssl'] : []),
    ...(caFile === undefined ? [] : ['--sslCAFile', caFile]),
  ];
}

/** @param out folder in which the database's own folder is made. */
export const dumpArguments = (database: string, out: string): string[] => ['--db', database, '--out', out];

/** @param folder that holds the database's own folder. */
export function loadArguments(from: string, to: string, folder: string): string[] {
  const rename = from === to ? [] : ['--nsFrom', `${from}.*`, '--nsTo', `${to}.*`];
  return ['--batchSize=100', '--nsInclude', `${from}.*`, ...rename, '--dir', folder];
}

/** The number in `mongodump version: 100.9.4`, or `built-without-version-string`; undefined when there is neither. */
export function parseToolVersion(output: string): string | undefined {
  return /\bversion: *v?(\S+)/.exec(output)?.[1];
}

/** Documents by collection, of what mongodump said. */
export function parseDumped(stderr: string, database: string): Counts {
  const counts: Counts = {};
  for (const [, space = '', count] of stderr.matchAll(/\tdone dumping `?(.+?)`? \((\d+) documents?\)/g)) {
    if (space.startsWith(`${database}.`)) counts[space.slice(database.length + 1)] = Number(count);
  }
  return counts;
}

export interface Restored {
  /** Of the last line; undefined when it said none. */
  restored?: number;
  failed?: number;
  duplicates: number;
  /** What it gave up by, without the time in front. */
  failure?: string;
}

export function parseRestored(stderr: string): Restored {
  const [, restored, failed] =
    /(\d+) document\(s\) restored successfully\. (\d+) document\(s\) failed/.exec(stderr) ?? [];
  const failure = /\tFailed: (.+)/.exec(stderr)?.[1] ?? /\terror parsing command line options: (.+)/.exec(stderr)?.[1];
  return {
    duplicates: [...stderr.matchAll(/E11000 duplicate key/g)].length,
    ...(restored !== undefined && { restored: Number(restored), failed: Number(failed) }),
    ...(failure !== undefined && { failure }),
  };
}

/** What of a failure means that the documents are in and only indexes are missing. */
export const isIndexFailure = (failure: string): boolean => /creat(e|ing) index|indexes/i.test(failure);

/** The version of a program; undefined when it isn't here. @throws KongBackupError `tool-failed`, `cancelled`. */
export async function toolVersion(
  { programs }: MongoConnection,
  program: MongoProgram,
  context: OperationContext,
): Promise<string | undefined> {
  try {
    const { stdout } = await runTool(
      { tool: programOf(program, programs), args: ['--version'], timeout: 30_000 },
      context,
    );
    return parseToolVersion(stdout) ?? 'unknown';
  } catch (error) {
    if (isKongBackupError(error, 'tool-missing') && programs === undefined) return undefined;
    throw error;
  }
}

const programOf = (program: string, folder?: string): string =>
  folder === undefined ? program : path.join(folder, program);

/**
 * Runs one of them to its end.
 * @throws KongBackupError `database-denied`, `database-unreachable`, `tool-failed`, `tool-timeout`, `tool-missing`, `cancelled`;
 * not for mongorestore's exit code, which whoever called judges.
 */
export async function runMongoTool(
  connection: MongoConnection,
  program: MongoProgram,
  args: readonly string[],
  context: OperationContext,
  silence = usualSilence,
): Promise<{ exitCode: number; stderr: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-mongo-'));
  const quiet = new AbortController();
  let timer = setTimeout(() => quiet.abort(), silence);
  try {
    const { password } = connection;
    const config = password === undefined ? undefined : path.join(folder, 'config.yaml');
    if (config !== undefined) await writeFile(config, `password: ${JSON.stringify(password)}\n`, { mode: 0o600 });
    const call = {
      tool: programOf(program, connection.programs),
      args: [...connectionArguments(connection, config), ...args],
      secrets: password === undefined ? [] : [password],
      installHint: hint,
    };
    const onErrorLine = (line: string): void => {
      clearTimeout(timer);
      if (!makesIndexes.test(line)) timer = setTimeout(() => quiet.abort(), silence);
      const [, subject] = /\t(?:done dumping|finished restoring) `?(.+?)`? \(/.exec(line) ?? [];
      if (subject !== undefined) context.report({ step: program === 'mongodump' ? 'read' : 'apply', subject });
    };
    const signal = AbortSignal.any([context.signal, quiet.signal]);
    return await runTool(call, { signal, log: context.log }, { onErrorLine });
  } catch (error) {
    if (!isKongBackupError(error, 'cancelled') || context.signal.aborted) throw error;
    throw new KongBackupError('tool-timeout', {
      place: program,
      reason: `It said nothing for ${silence / 1000} s and was ended.`,
      remedy: 'See whether the server still answers, and try again.',
    });
  } finally {
    clearTimeout(timer);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What a failed run means. */
export function toolError(
  program: MongoProgram,
  { place, password }: MongoConnection,
  stderr: string,
): KongBackupError {
  const failure = parseRestored(stderr).failure ?? stderr.trim().split('\n').slice(-2).join(' ');
  const said = redact(failure, password === undefined ? [] : [password]).slice(0, 400);
  const details = { place, reason: `${program}: ${said || 'It failed and said nothing.'}` };
  if (/auth error|Authentication ?failed|not authorized|Unauthorized/i.test(failure)) {
    return new KongBackupError('database-denied', {
      ...details,
      remedy: 'Correct user, password and authDatabase under "mongodb" in the environments file.',
    });
  }
  if (/server selection error|connection refused|failed to connect|socket was unexpectedly closed/i.test(failure)) {
    return new KongBackupError('database-unreachable', { ...details, remedy: 'Start the server and try again.' });
  }
  if (/no space left/i.test(failure))
    return new KongBackupError('store-full', { ...details, remedy: 'Free some space.' });
  if (/unknown field/i.test(failure)) {
    return new KongBackupError('tool-failed', {
      ...details,
      remedy: 'The tools are newer than the server: choose the engine "library", or install older tools.',
    });
  }
  return new KongBackupError('tool-failed', { ...details, remedy: 'See the log for the call.' });
}
