import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { FileJudge } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { ToolOutput } from '../process/toolCall.js';
import { configArguments, kongOf, readText, withKongFile } from './kongCommand.js';

/** Runs `kong config parse` on a file of this machine. @throws KongBackupError `tool-*`, `cancelled`. */
export type ParseByKong = (file: string, context: OperationContext) => Promise<ToolOutput>;

/** By the program that an environment names, the file carried to where it runs; undefined where it names none. */
export function kongJudgeOf(target: Target): FileJudge | undefined {
  const { command, copy } = target.environment.kong ?? {};
  if (!command) return undefined;
  const kong = kongOf(target);
  const parse = (file: string, context: OperationContext): Promise<ToolOutput> =>
    kong.run(configArguments(target, ['parse', file]), context);
  if (!copy) return createKongJudge(parse);
  return createKongJudge(async (file, context) =>
    withKongFile(kong, await readText(file), (there) => parse(there, context), context),
  );
}

/**
 * Lets the gateway's own program read a file of the DB-less format. It loads nothing, and asks nobody over the network.
 * @param parse how kong is run for the environment.
 */
export function createKongJudge(parse: ParseByKong): FileJudge {
  return {
    async judgeFile({ environment: { name } }, { file }, context) {
      const output = await parse(path.resolve(file), context);
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
