import { spawn } from 'node:child_process';
import { root } from './places.js';

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** `show` passes the output through; `keep` only returns it. */
  output?: 'show' | 'keep';
}

export interface ProgramResult {
  /** Exit code; 1 when a signal ended it. */
  code: number;
  /** What it printed; empty when the output was shown. */
  output: string;
}

/** Runs a program to its end, without a shell. @throws Error when it can't be started. */
export function runProgram(command: string, args: string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  const { cwd = root, env, output = 'show' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: output === 'show' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: text }));
  });
}

/** Runs a JavaScript program with the Node that runs us. */
export function runNode(args: string[], options?: ProgramOptions): Promise<ProgramResult> {
  return runProgram(process.execPath, args, options);
}

/** @throws Error naming the program, with what it printed when that wasn't shown. */
export async function mustRun(what: string, running: Promise<ProgramResult>): Promise<string> {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${what} failed (exit code ${code})\n${output}`.trim());
  return output;
}
