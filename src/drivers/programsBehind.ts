import type { OperationContext } from '../core/context.js';
import type { Command } from '../core/environmentSections.js';
import { KongBackupError } from '../core/errors.js';
import { redact } from '../core/redact.js';
import type { ToolCall, ToolOutput } from '../process/toolCall.js';
import { runTool, type ToolListener } from '../process/toolRunner.js';
import { writeFailed } from './filesWriteError.js';

/** Programs that are run behind the prefix: those of GNU or of busybox. Nothing of a file's content is an argument. */
export const programsBehind = 'cat chmod chown cp echo env find id ln mkdir mktemp mv readlink rm stat sync tee'.split(
  ' ',
);

/** Milliseconds for a program that only looks. */
const patience = 300_000;
/** Two spaces, a quote and a dollar: a shell on the way would make something else of them. */
const riddle = `a  'b' $HOME`;

/** How arguments have to be written to arrive as they are: `ssh` joins them to a line for a shell. */
type Quote = (argument: string) => string;
const asIs: Quote = (argument) => argument;
export const quoteForShell: Quote = (argument) => `'${argument.replaceAll("'", `'\\''`)}'`;

/** Runs programs behind a prefix, in the C locale, so that their words are known. */
export class ProgramsBehind {
  private quote: Quote | undefined;

  constructor(
    private readonly prefix: Command,
    private readonly cwd: string | undefined,
  ) {}

  get place(): string {
    return this.prefix.join(' ');
  }

  /** Asks for a text back, once as it is and once quoted, to learn whether a shell stands in between. */
  async check(context: OperationContext): Promise<void> {
    if (this.quote) return;
    for (const quote of [asIs, quoteForShell]) {
      const output = await this.call(['echo', quote(riddle)], context);
      if (output.stdout === `${riddle}\n` && output.exitCode === 0) {
        this.quote = quote;
        return;
      }
      if (output.exitCode !== 0 && quote === quoteForShell) throw this.failed('echo', output);
    }
    throw new KongBackupError('environment-invalid', {
      place: this.place,
      reason: 'The command does not run the program that is put behind it.',
      remedy: 'Name what runs a program where the files are, such as [docker, exec, -i, kong] or [ssh, kong-1].',
    });
  }

  async run(
    args: readonly string[],
    context: OperationContext,
    stdin?: ToolCall['stdin'],
    listener?: ToolListener,
  ): Promise<ToolOutput> {
    await this.check(context);
    const words = ['env', 'LC_ALL=C', ...args].map(this.quote ?? asIs);
    return this.call(words, context, stdin, listener);
  }

  async must(args: readonly string[], context: OperationContext, stdin?: ToolCall['stdin']): Promise<ToolOutput> {
    const output = await this.run(args, context, stdin, stdin === undefined ? undefined : { onBytes() {} });
    if (output.exitCode !== 0) throw this.failed(args[0] ?? '', output, args.at(-1));
    return output;
  }

  failed(program: string, { exitCode, stderr }: ToolOutput, file?: string): KongBackupError {
    const said = redact(stderr.trim().split(/\r?\n/).at(-1) ?? '').slice(0, 300);
    const reason = `\`${program}\` ended with exit code ${exitCode}${said === '' ? '.' : `: ${said}`}`;
    if (/No space left|quota exceeded/i.test(stderr)) return writeFailed('store-full', file ?? this.place, reason);
    if (/denied|not permitted|read-only/i.test(stderr) && file !== undefined) {
      return writeFailed('store-unwritable', file, reason);
    }
    return new KongBackupError('tool-failed', {
      place: this.place,
      reason,
      remedy: `Check that the command runs, and that these programs are there: ${programsBehind.join(', ')}.`,
    });
  }

  private call(
    args: readonly string[],
    context: OperationContext,
    stdin?: ToolCall['stdin'],
    listener?: ToolListener,
  ): Promise<ToolOutput> {
    const [tool, ...first] = this.prefix;
    return runTool(
      {
        tool,
        args: [...first, ...args],
        installHint: 'Install it, or correct the command in the environments file.',
        timeout: patience,
        ...(this.cwd !== undefined && { cwd: this.cwd }),
        ...(stdin !== undefined && { stdin }),
      },
      context,
      listener,
    );
  }
}
