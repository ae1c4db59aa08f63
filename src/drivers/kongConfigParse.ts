import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { FileJudge } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { ToolOutput } from '../process/toolCall.js';
import { runTool } from '../process/toolRunner.js';

/** Runs `kong` with these arguments where the environment has it. @throws KongBackupError `tool-*`, `cancelled`. */
export type RunKong = (args: readonly string[], context: OperationContext) => Promise<ToolOutput>;

/** Milliseconds: Kong takes seconds for ten thousand entities. */
const patience = 600_000;

/** By the program that an environment names; undefined where it names none, or one that does not see files of this machine. */
export function kongJudgeOf({ environment: { kong }, baseFolder }: Target): FileJudge | undefined {
  if (!kong?.command || kong.copy) return undefined;
  const [tool, ...first] = kong.command;
  const last = kong.conf === undefined ? [] : ['--conf', kong.conf];
  const cwd = baseFolder === undefined ? {} : { cwd: baseFolder };
  return createKongJudge((args, context) =>
    runTool({ tool, args: [...first, ...args, ...last], timeout: patience, ...cwd }, context),
  );
}

/**
 * Lets the gateway's own program read a file of the DB-less format. It loads nothing, and asks nobody over the network.
 * @param run how kong is run for the environment.
 */
export function createKongJudge(run: RunKong): FileJudge {
  return {
    async judgeFile({ environment: { name } }, { file }, context) {
      const output = await run(['config', 'parse', path.resolve(file)], context);
      const text = output.exitCode === 0 ? '' : redact(`${output.stderr}\n${output.stdout}`);
      const failure = (): KongBackupError =>
        new KongBackupError('tool-failed', {
          place: name,
          reason: `kong config parse ended with exit code ${output.exitCode}: ${shortly(text)}`,
          remedy: 'Check the `kong` command of the environment, and that it finds the file.',
        });
      return { tool: 'kong config parse', asksGateway: true, text, failure };
    },
  };
}

/** Kong writes warnings of its server before what it has to say. */
function shortly(text: string): string {
  const error = text.split(/\r?\n/).find((line) => /^Error:/.test(line)) ?? text.trim();
  return error.slice(0, 300);
}
