import path from 'node:path';
import { version } from '../package.json';
import { exitCodes } from './cli/exitCodes.js';
import { keepCompiledCode } from './cli/compiledCode.js';
import { runCli } from './cli/runCli.js';
import { systemCacheFolder } from './stores/systemCacheFolder.js';

keepCompiledCode(__dirname, path.join(systemCacheFolder(process.env), 'code'));

const stop = new AbortController();

/** The first signal lets the command tidy up; the second one ends it. */
function onSignal(): void {
  if (stop.signal.aborted) process.exit(exitCodes.cancelled);
  stop.abort();
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
// `kong-backup … | head` closes the pipe: no failure of ours. A full disk under the output is one.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error: The output could not be written: ${error.message}\n`, () =>
    process.exit(exitCodes.failed),
  );
});

void runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  schemaFolder: path.join(__dirname, '..', 'schemas'),
  version,
  workingFolder: process.cwd(),
  program: [process.execPath, __filename],
  signal: stop.signal,
}).then((exitCode) => {
  process.exitCode = exitCode;
  // What was just closed is gone by then.
  setImmediate(leaveWhenDone);
});

/** Where nothing but output is left, V8 need not take a large heap apart: that takes longer than many a command. */
function leaveWhenDone(): void {
  const isDone = process.getActiveResourcesInfo().every((name) => name === 'PipeWrap' || name === 'TTYWrap');
  if (isDone) process.stdout.write('', () => process.stderr.write('', () => process.exit()));
}
