import { hookWarning } from '../core/backupResult.js';
import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import type { Command, HooksSection } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { milliseconds } from '../core/fieldChecks.js';

export type HookName = 'beforeBackup' | 'afterBackup' | 'beforeRestore' | 'afterRestore';

/** What a job came to, as an after-hook is told. */
export type HookResult = 'ok' | 'partial' | 'failed' | 'cancelled';

/** One run of a person's own command. */
export interface HookCall {
  command: Command;
  /** Added to the environment of the process. No secret is among them. */
  variables: Record<string, string>;
  /** Milliseconds. */
  timeout: number;
}

/** @throws KongBackupError `tool-missing`, `tool-timeout`, `tool-failed`, `cancelled`. */
export type HookRunner = (
  call: HookCall,
  context: OperationContext,
) => Promise<{ exitCode: number; stdout: string; stderr: string }>;

export interface HookedJob<T> {
  environment: Environment;
  kind: 'Backup' | 'Restore';
  /** The snapshot that is restored. */
  snapshot?: string;
  job(): Promise<T>;
  /** What the job came to, for the hook after it. */
  outcome(done: T): { result: HookResult; snapshot?: string };
}

/** A hook that takes longer is ended. */
const defaultTimeout = '10m';

/** So much of what a hook says last stands in an error. */
const mostWords = 500;

/**
 * Runs a job between the environment's commands. One before it that fails stops it; one after it runs whatever the job came to,
 * also after a cancel, and its failure is a warning.
 * @throws KongBackupError `hook-failed` when nothing was done yet, `cancelled`, and what the job throws.
 */
export async function withHooks<T>(
  run: HookRunner,
  { environment, kind, snapshot, job, outcome }: HookedJob<T>,
  context: OperationContext,
): Promise<{ done: T; warnings: { code: string; message: string }[] }> {
  const { hooks = {} } = environment;
  const [before, after] = [`before${kind}`, `after${kind}`] as [HookName, HookName];
  const known = { environment, hooks, ...(snapshot !== undefined && { snapshot }) };
  await runBefore();
  try {
    const done = await job();
    const failed = await runAfter(run, after, { ...known, ...outcome(done) }, context);
    // Only the log and errors are redacted on their way: what it said stays there.
    return { done, warnings: failed ? [{ code: hookWarning, message: `${after}: ${failed.reason}` }] : [] };
  } catch (error) {
    const result = isKongBackupError(error, 'cancelled') ? 'cancelled' : 'failed';
    const failed = await runAfter(run, after, { ...known, result }, context);
    if (failed) context.log.warn(`${environment.name}: ${after}: ${failed.reason}`);
    throw error;
  }

  /** One that a cancel stops in its midst may have paused something already: the one after it is told. */
  async function runBefore(): Promise<void> {
    let failure: HookFailure | undefined;
    try {
      failure = await runHook(run, before, known, context);
    } catch (error) {
      if (!isKongBackupError(error, 'cancelled') || !hooks[before]) throw error;
      const failed = await runAfter(run, after, { ...known, result: 'cancelled' }, context);
      if (failed) context.log.warn(`${environment.name}: ${after}: ${failed.reason}`);
      throw error;
    }
    if (failure) throw stopped(environment.name, before, failure, kind);
  }
}

interface Known {
  environment: Environment;
  hooks: HooksSection;
  snapshot?: string;
  result?: HookResult;
}

/** What the one before may have stopped must be started again, so that no cancel of the job's stops this one. */
const runAfter = (run: HookRunner, name: HookName, known: Known, context: OperationContext) =>
  runHook(run, name, known, { ...context, report: () => undefined, signal: new AbortController().signal });

interface HookFailure {
  /** In a sentence, without anything that it said. */
  reason: string;
  /** The end of its standard error. */
  said: string;
}

/** @returns why it failed; undefined when there is none or it is fine. */
async function runHook(
  run: HookRunner,
  name: HookName,
  { environment, hooks, snapshot = '', result }: Known,
  context: OperationContext,
): Promise<HookFailure | undefined> {
  const command = hooks[name];
  if (!command) return undefined;
  const variables = {
    KONG_BACKUP_HOOK: name,
    KONG_BACKUP_ENVIRONMENT: environment.name,
    KONG_BACKUP_SNAPSHOT: snapshot,
    ...(result !== undefined && { KONG_BACKUP_RESULT: result }),
  };
  context.log.info(`${environment.name}: ${name}: ${command[0]}`);
  try {
    const timeout = milliseconds(hooks.timeout ?? defaultTimeout);
    const { exitCode, stdout, stderr } = await run({ command, variables, timeout }, context);
    for (const line of `${stdout}\n${stderr}`.split('\n')) {
      if (line.trim() !== '') context.log.info(`${name}: ${line.trimEnd()}`);
    }
    if (exitCode === 0) return undefined;
    return { reason: `${command[0]} ended with ${exitCode}.`, said: stderr.trim().slice(-mostWords) };
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    return { reason: `${command[0]}: ${error.reason}`, said: '' };
  }
}

const stopped = (
  environment: string,
  name: HookName,
  { reason, said }: HookFailure,
  kind: HookedJob<unknown>['kind'],
) =>
  new KongBackupError('hook-failed', {
    place: `${environment}: ${name}`,
    reason: said === '' ? reason : `${reason} It said: ${said}`,
    remedy: `No ${kind.toLowerCase()} was begun. Put the command right, or take it out of "hooks" in the environments file.`,
  });
