import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/runCli.js';
import { schemaFolder } from '../../src/schema/folder.js';
import {
  type PracticeGateway,
  type PracticeGatewayOptions,
  startPracticeGateway,
} from '../../src/practice/practiceGateway.js';
import { temporaryFolder } from './temporaryFolder.js';

export const schemas = fileURLToPath(new URL('../../schemas', import.meta.url));

export interface CliResult {
  exitCode: number;
  stdout: string;
  stderr: string;
  /** Standard output as JSON. @throws SyntaxError */
  json<T>(): T;
}

export interface CliRunOptions {
  signal?: AbortSignal;
  /** What a person types, a line for each question; no terminal when absent. */
  answers?: string[];
  /** Called with each piece of standard error. */
  onStderr?: (text: string) => void;
}

/** A folder with an environments file, and the CLI in it, run inside the test's own process. */
export class CliFolder {
  private constructor(readonly folder: string) {}

  static async make(environments: readonly object[] = []): Promise<CliFolder> {
    const cli = new CliFolder(await temporaryFolder());
    await cli.write('kong-environments.yaml', JSON.stringify({ environments }));
    return cli;
  }

  get snapshots(): string {
    return path.join(this.folder, '.kong-snapshots');
  }

  async write(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, ...name.split('/'));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  async run(argv: readonly string[], { signal, answers, onStderr }: CliRunOptions = {}): Promise<CliResult> {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const text = { stdout: '', stderr: '' };
    streams.stdout.on('data', (piece: Buffer) => (text.stdout += piece.toString()));
    streams.stderr.on('data', (piece: Buffer) => {
      text.stderr += piece.toString();
      onStderr?.(piece.toString());
    });
    const isTTY = answers !== undefined;
    for (const answer of answers ?? []) streams.stdin.write(`${answer}\n`);
    const exitCode = await runCli(argv, {
      stdin: Object.assign(streams.stdin, { isTTY }),
      stdout: streams.stdout,
      stderr: Object.assign(streams.stderr, { isTTY }),
      schemaFolder: schemas,
      version: '0.0.0',
      workingFolder: this.folder,
      signal: signal ?? new AbortController().signal,
    });
    return { exitCode, ...text, json: <T>() => JSON.parse(text.stdout) as T };
  }
}

/** A practice gateway of the running test, stopped when the test is over. */
export async function practiceGateway(options: Omit<PracticeGatewayOptions, 'facts'> = {}): Promise<PracticeGateway> {
  const gateway = await startPracticeGateway({ facts: await schemaFolder(schemas).facts('3.9'), ...options });
  onTestFinished(() => gateway.close());
  return gateway;
}

/** Asks the Admin API directly, with nothing of the product in between. */
export async function admin(
  gateway: Pick<PracticeGateway, 'url'>,
  method: string,
  address: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${gateway.url}${address}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
