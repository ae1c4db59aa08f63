import { redact } from '../core/redact.js';

/** One run of a program, as data. No part of it passes a shell. */
export interface ToolCall {
  /** A name to look up on PATH, or a path. */
  tool: string;
  /** Visible to every user of the machine: never a secret. */
  args: readonly string[];
  /** Added to the environment of this process; `undefined` takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder to run in. */
  cwd?: string;
  /** Text or bytes for its standard input, whole or as it comes; closed at once when absent, so that nothing waits for an answer. */
  stdin?: string | AsyncIterable<string | Uint8Array>;
  /** Milliseconds; no limit when absent. */
  timeout?: number;
  /** Most characters that it may print on each of its outputs. 64 Mi when absent. */
  maxOutput?: number;
  /** Exact values that are never logged or put into an error. */
  secrets?: readonly string[];
  /** How a person gets the tool, in a sentence: the way out when it is missing. */
  installHint?: string;
}

/** What a program that ran to its end gave. Whether that is good or bad is for the caller to judge. */
export interface ToolOutput {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** The call as one line for the log, secrets masked. Not meant to be run: it shows, it does not quote. */
export function describeCall({ tool, args, secrets }: ToolCall): string {
  const words = [tool, ...args].map((word) => (/^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word)));
  return redact(words.join(' '), secrets);
}
