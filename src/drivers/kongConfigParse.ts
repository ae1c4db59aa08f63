import type { OperationContext } from '../core/context.js';
import type { FileJudge } from '../core/driver.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { ToolOutput } from '../process/toolCall.js';

/** Runs `kong` with these arguments where the environment has it. @throws KongBackupError `tool-*`, `cancelled`. */
export type RunKong = (args: readonly string[], context: OperationContext) => Promise<ToolOutput>;

/**
 * Lets the gateway's own program read a file of the DB-less format. It loads nothing, and asks nobody over the network.
 * @param run how kong is run for the environment. @param inPlace gives the path that the program finds a file of ours at.
 */
export function createKongJudge(run: RunKong, inPlace: (file: string) => string = (file) => file): FileJudge {
  return {
    async judgeFile({ environment: { name } }, { file }, context) {
      const output = await run(['config', 'parse', inPlace(file)], context);
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
