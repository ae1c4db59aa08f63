import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import type { Command, KongSection } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import { describeCall } from '../process/toolCall.js';
import { runTool } from '../process/toolRunner.js';

/** Milliseconds: a gateway may run its migrations first, but a command that never ends must not hold up a restore for ever. */
const patience = 1_800_000;

export type GatewayVerb = 'stop' | 'start' | 'restart';

/** A command of the environments file as one line, for reading. */
export const commandText = ([tool, ...args]: Command): string => describeCall({ tool, args });

/**
 * Runs a command that the environments file names for the gateway.
 * @throws KongBackupError `step-failed` when it ends with another exit code than 0, `tool-missing`, `tool-timeout`, `cancelled`.
 */
export async function runGatewayCommand(target: Target, verb: GatewayVerb, context: OperationContext): Promise<void> {
  const command = target.environment.kong?.[verb];
  if (!command) return;
  await runCommand(target, command, `kong.${verb}`, context);
}

/** `kong migrations bootstrap`, with the program and the kong.conf of the environment. */
export function bootstrapCommand({ command = ['kong'], conf }: KongSection = {}): Command {
  return [...command, 'migrations', 'bootstrap', ...(conf === undefined ? [] : ['--conf', conf])];
}

/** @throws KongBackupError as `runGatewayCommand`. */
export async function runCommand(
  { baseFolder }: Target,
  command: Command,
  place: string,
  context: OperationContext,
): Promise<void> {
  const [tool, ...args] = command;
  const call = { tool, args, timeout: patience, ...(baseFolder !== undefined && { cwd: baseFolder }) };
  const { exitCode, stdout, stderr } = await runTool(call, context);
  if (exitCode === 0) return;
  const said = (stderr.trim() || stdout.trim()).split(/\r?\n/).slice(-3).join(' ').slice(0, 400);
  throw new KongBackupError('step-failed', {
    place,
    reason: `${commandText(command)} ended with exit code ${exitCode}${said === '' ? '.' : `: ${redact(said)}`}`,
    remedy: 'Run it by hand to see why, or correct it in the environments file.',
  });
}
