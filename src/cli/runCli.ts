import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { KongBackupError } from '../core/errors.js';
import { visible, visibleLines } from '../core/visible.js';
import type { CommandCall, CommandSpec } from './commandSpec.js';
import { commands } from './commands/all.js';
import { exitCodeHelp, exitCodeOf, exitCodes } from './exitCodes.js';
import { createReporter, errorData, type Format, formats, type Reporter, writeLine } from './reporter.js';
import type { Streams } from './streams.js';

/** What the process gives the CLI. */
export interface CliHost extends Streams {
  /** Absolute path of the folder with schema facts. */
  schemaFolder: string;
  version: string;
  /** Absolute; relative paths start here. */
  workingFolder: string;
  /** How it was started: the program and the script, absolute. */
  program?: readonly string[];
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal;
}

interface SharedOptions {
  format: Format;
  environmentsFile: string;
  isFileNamed: boolean;
  snapshots?: string;
  deck: string;
  timeout: number;
  verbose?: boolean;
}

/** Runs one command line. @param argv what stands after the name of the program. @returns the exit code. */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  let exitCode: number = exitCodes.fine;
  const program = new Command('kong-backup')
    .description('Back up, validate, compare and restore Kong Gateway.')
    .version(host.version)
    .showHelpAfterError('Use --help to see what there is.')
    .addHelpText('after', exitCodeHelp);
  settle(program, host);
  for (const spec of commands) {
    const command = settle(program.command(spec.name).description(spec.summary), host);
    spec.declare(command);
    addSharedOptions(command, spec.formats);
    command.addHelpText('after', `\nExample:\n  ${spec.example}\n${exitCodeHelp}`);
    command.action(async (...inputs: unknown[]) => {
      // commander adds the command itself at the end.
      exitCode = await runCommand(spec, inputs.slice(0, -1), sharedOptions(command), host);
    });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version are no failures; an unknown option is.
    if (error.exitCode === 0) return exitCodes.fine;
    if (wantsLines(argv)) writeLine(host.stdout, { type: 'summary', exitCode: exitCodes.failed });
    return exitCodes.failed;
  }
}

/** What could not be read as a command line has no options yet. */
const wantsLines = (argv: readonly string[]): boolean =>
  argv.some((word, index) => word === '--format=jsonl' || (word === 'jsonl' && argv[index - 1] === '--format'));

/** Nothing of commander's may end the process or write past our streams. */
function settle(command: Command, { stdout, stderr }: CliHost): Command {
  return command.exitOverride().configureOutput({
    writeOut: (text) => void stdout.write(text),
    writeErr: (text) => void stderr.write(text),
  });
}

function addSharedOptions(command: Command, more: readonly Format[] = []): void {
  command
    .addOption(new Option('--format <format>', 'how to print').choices([...formats, ...more]).default('text'))
    .option('--environments-file <path>', 'the file that describes the gateways', 'kong-environments.yaml')
    .option('--snapshots <folder>', 'where snapshots are (default: .kong-snapshots beside the environments file)')
    .option('--deck <path>', 'the deck program, or its name to look for on PATH', 'deck')
    .option('--timeout <seconds>', 'how long one request to a gateway may take', parseSeconds, 30)
    .option('--verbose', 'say more on standard error');
}

const sharedOptions = (command: Command): SharedOptions => ({
  ...command.opts<SharedOptions>(),
  isFileNamed: command.getOptionValueSource('environmentsFile') === 'cli',
});

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new InvalidArgumentError('It must be a number of seconds.');
}

/** The one wrapper around every command: prints what it found, reports what went wrong, gives the exit code. */
async function runCommand(
  spec: CommandSpec,
  inputs: unknown[],
  options: SharedOptions,
  host: CliHost,
): Promise<number> {
  const reporter = createReporter(host, options.format, options.verbose === true);
  const print = printer(host, options.format, reporter);
  const summary = (exitCode: number, more: () => object): number => {
    if (options.format === 'jsonl') writeLine(host.stdout, { type: 'summary', exitCode, ...more() });
    return exitCode;
  };
  try {
    const outcome = await spec.run(inputs, callOf(options, host, reporter, print));
    if (!outcome) return summary(exitCodes.fine, () => ({}));
    if (options.format !== 'jsonl') print(outcome);
    return summary(outcome.verdict, () => ({ result: outcome.data }));
  } catch (error) {
    reporter.error(error);
    return summary(exitCodeOf(error), () => ({ error: errorData(error) }));
  }
}

/** Nothing that a gateway or a snapshot calls itself reaches a terminal as it is: it could move the cursor. */
function printer({ stdout, stderr }: CliHost, format: Format, reporter: Reporter): CommandCall['print'] {
  // What is not printed is not asked for: of a large comparison it takes as long as comparing.
  return (outcome) => {
    reporter.clear();
    const { advice = '' } = outcome;
    if (format === 'jsonl') writeLine(stdout, { type: 'result', result: outcome.data });
    else if (format === 'json') stdout.write(`${JSON.stringify(outcome.data, null, 2)}\n`);
    else {
      const text = format === 'markdown' ? (outcome.markdown ?? outcome.text) : outcome.text;
      if (text !== '') stdout.write(`${visibleLines(text)}\n`);
    }
    if (advice !== '' && !['json', 'jsonl'].includes(format)) stderr.write(`${visibleLines(advice)}\n`);
  };
}

function callOf(options: SharedOptions, host: CliHost, reporter: Reporter, print: CommandCall['print']): CommandCall {
  const environmentsFile = path.resolve(host.workingFolder, options.environmentsFile);
  const canAsk = host.stdin.isTTY === true && host.stderr.isTTY === true;
  const snapshots = options.snapshots ? path.resolve(host.workingFolder, options.snapshots) : undefined;
  const { signal, schemaFolder, version } = host;
  return {
    context: { signal, log: reporter.log, report: (progress) => reporter.report(progress) },
    format: options.format,
    schemaFolder,
    workingFolder: host.workingFolder,
    environmentsFile,
    isFileNamed: options.isFileNamed,
    snapshots,
    program: host.program ?? [process.execPath],
    print,
    async app() {
      const { createApp } = await import('../app.js');
      return createApp({
        environmentsFile,
        snapshotRoot: snapshots ?? path.join(path.dirname(environmentsFile), '.kong-snapshots'),
        schemaFolder,
        version,
        deckPath: options.deck,
        requestTimeout: options.timeout * 1000,
        storedToken: () => Promise.resolve(undefined),
        onListing: (progress) => reporter.report(progress),
      });
    },
    async fileApp() {
      const { createFileApp, fileParts } = await import('../fileApp.js');
      return createFileApp(fileParts({ environmentsFile, schemaFolder }));
    },
    canAsk,
    async ask(question) {
      if (!canAsk) return undefined;
      reporter.clear();
      const prompt = createInterface({ input: host.stdin, output: host.stderr });
      try {
        return (await prompt.question(visible(question), { signal })).trim();
      } catch (error) {
        // The prompt ends only by an answer, or by Ctrl+C, which it takes for itself.
        throw wasCancelled(error);
      } finally {
        prompt.close();
      }
    },
  };
}

const wasCancelled = (cause: unknown): KongBackupError =>
  new KongBackupError('cancelled', { place: 'kong-backup', reason: 'Cancelled.', remedy: '', cause });
