import path from 'node:path';
import { version } from '../package.json';
import { exitCodes, runCli } from './cli/runCli.js';

const stop = new AbortController();

/** The first signal lets the command tidy up; the second one ends it. */
function onSignal(): void {
  if (stop.signal.aborted) process.exit(exitCodes.cancelled);
  stop.abort();
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
// `kong-backup … | head` closes the pipe: no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCli(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  schemaFolder: path.join(__dirname, '..', 'schemas'),
  version,
  workingFolder: process.cwd(),
  signal: stop.signal,
}).then((exitCode) => {
  process.exitCode = exitCode;
});
