import { existsSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import type { OperationContext } from '../core/context.js';
import { KongBackupError, cancelled, throwIfCancelled } from '../core/errors.js';
import { describeCall, type ToolCall, type ToolOutput } from './toolCall.js';

/** Milliseconds that a program has to leave by itself, once asked to. */
const graceTime = 5000;
const defaultMaxOutput = 64 * 1024 * 1024;
const notRunnable = new Set(['ENOENT', 'EACCES', 'ENOEXEC', 'UNKNOWN']);

/** Who wants to know while a program still runs. */
export interface ToolListener {
  /** Each line of standard output as it comes, without its end. May hold secrets. */
  onLine?(line: string): void;
  /** Each line of standard error as it comes, without its end. */
  onErrorLine?(line: string): void;
  /** Standard output as it comes, of any size: it is not kept then, and `onLine` is not called. */
  onBytes?(bytes: Uint8Array): void;
}

type Run = (call: ToolCall, context: RunContext, listener?: ToolListener) => Promise<ToolOutput>;
type RunContext = Pick<OperationContext, 'signal' | 'log'>;

/**
 * Runs a program to its end. An exit code other than 0 is an answer like any other, given back to the caller.
 * @throws KongBackupError `tool-missing`, `tool-timeout`, `cancelled`; `tool-failed` when it was ended from outside or
 * printed more than it may.
 */
export const runTool: Run = async (call, context, listener = {}) => {
  throwIfCancelled(context.signal, call.tool);
  context.log.debug(`run ${describeCall(call)}`);
  const result = await execa(call.tool, [...call.args], {
    ...(call.cwd === undefined ? {} : { cwd: call.cwd }),
    ...(call.env === undefined ? {} : { env: call.env }),
    ...(call.stdin === undefined ? { stdin: 'ignore' } : { input: inputOf(call.stdin) }),
    stdout: listenTo(listener),
    stderr: listener.onErrorLine ? tap(listener.onErrorLine.bind(listener)) : 'pipe',
    ...(call.timeout === undefined ? {} : { timeout: call.timeout }),
    maxBuffer: call.maxOutput ?? defaultMaxOutput,
    cancelSignal: context.signal,
    forceKillAfterDelay: graceTime,
    stripFinalNewline: false,
    windowsHide: true,
    reject: false,
  });
  if (result.isCanceled) throw cancelled(call.tool);
  if (result.timedOut) throw timedOut(call);
  if (result.isMaxBuffer) throw failed(call, `It printed more than ${call.maxOutput ?? defaultMaxOutput} characters.`);
  if (result.code !== undefined && notRunnable.has(result.code)) throw missing(call, result.code, result);
  if (result.exitCode === undefined) {
    throw failed(call, result.signal ? `It was ended by ${result.signal}.` : 'It could not be run.', result);
  }
  context.log.debug(`${call.tool} ended with ${result.exitCode} after ${Math.round(result.durationMs)} ms`);
  return { exitCode: result.exitCode, stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
};

const inputOf = (text: string | AsyncIterable<string | Uint8Array>): string | Readable =>
  typeof text === 'string' ? text : Readable.from(text);

function listenTo(listener: ToolListener) {
  if (listener.onBytes) return swallow(listener.onBytes.bind(listener));
  return listener.onLine ? tap(listener.onLine.bind(listener)) : 'pipe';
}

/** Hands out the bytes and keeps none. */
function swallow(onBytes: (bytes: Uint8Array) => void) {
  return {
    binary: true,
    *transform(bytes: unknown) {
      onBytes(bytes as Uint8Array);
      yield* [];
    },
  };
}

/** Looks at each line on its way, and passes it on with its end as it was. */
function tap(onLine: (line: string) => void) {
  return {
    preserveNewlines: true,
    *transform(line: unknown) {
      onLine(String(line).replace(/\r?\n$/, ''));
      yield line;
    },
  };
}

function missing(call: ToolCall, code: string, cause: unknown): KongBackupError {
  if (call.cwd !== undefined && !existsSync(call.cwd)) {
    return failed(call, `The folder to run it in does not exist: ${call.cwd}.`, cause);
  }
  return new KongBackupError('tool-missing', {
    place: call.tool,
    reason:
      code === 'ENOENT'
        ? `The program ${path.basename(call.tool)} was not found.`
        : 'It is not a program that can be run here.',
    remedy: call.installHint ?? 'Install it, or set the path of the program in the settings.',
    cause,
  });
}

function timedOut(call: ToolCall): KongBackupError {
  return new KongBackupError('tool-timeout', {
    place: call.tool,
    reason: `It did not end within ${(call.timeout ?? 0) / 1000} s.`,
    remedy: 'Try again; when the gateway is slow, raise the time limit in the settings.',
  });
}

function failed(call: ToolCall, reason: string, cause?: unknown): KongBackupError {
  return new KongBackupError('tool-failed', {
    place: call.tool,
    reason,
    remedy: 'See the log for the call.',
    ...(cause === undefined ? {} : { cause }),
  });
}
