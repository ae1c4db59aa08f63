import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { ToolCall } from '../../../src/process/toolCall.js';
import { runTool } from '../../../src/process/toolRunner.js';

/** Runs a script in the Node that runs the tests: a real program that every machine with the tests has. */
const node = (script: string, more: Partial<ToolCall> = {}): ToolCall => ({
  tool: process.execPath,
  args: ['-e', script],
  ...more,
});

const forEver = 'process.stdout.write("up\\n"); setInterval(() => {}, 1000)';

describe('runTool', () => {
  it('gives exit code and both outputs', async () => {
    const output = await runTool(
      node('console.log("out"); console.error("err"); process.exitCode = 3'),
      quietContext(),
    );
    expect(output).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('passes arguments as they are, whatever a shell would make of them', async () => {
    const words = ['a b', '$HOME', '%PATH%', '"q"', "'", '*', '&& exit 9', '中'];
    const call = { tool: process.execPath, args: ['-p', 'JSON.stringify(process.argv.slice(1))', '--', ...words] };
    expect(JSON.parse((await runTool(call, quietContext())).stdout)).toEqual(words);
  });

  it('passes input on as it comes', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    async function* input(): AsyncGenerator<string> {
      yield 'first\n';
      await answered;
      yield 'second\n';
    }
    const { stdout } = await runTool(node('process.stdin.pipe(process.stdout)', { stdin: input() }), quietContext(), {
      onLine: answer,
    });
    expect(stdout).toBe('first\nsecond\n');
  });

  it('hands out lines of standard error and keeps them', async () => {
    const lines: string[] = [];
    const output = await runTool(node('console.error("one\\ntwo")'), quietContext(), {
      onErrorLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(['one', 'two']);
    expect(output.stderr).toBe('one\ntwo\n');
  });

  it('hands out bytes of any number and keeps none', async () => {
    let count = 0;
    const output = await runTool(
      node('for (let i = 0; i < 40; i++) process.stdout.write(Buffer.alloc(100_000, i))', { maxOutput: 1000 }),
      quietContext(),
      { onBytes: (bytes) => void (count += bytes.length) },
    );
    expect(count).toBe(4_000_000);
    expect(output.stdout).toBe('');
  });

  it('adds to the environment and takes away from it', async () => {
    process.env.KONG_BACKUP_TEST_GONE = 'still here';
    const env = { KONG_BACKUP_TEST: 'there', KONG_BACKUP_TEST_GONE: undefined };
    const script =
      'console.log(process.env.KONG_BACKUP_TEST, process.env.KONG_BACKUP_TEST_GONE, Boolean(process.env.PATH ?? process.env.Path))';
    const { stdout } = await runTool(node(script, { env }), quietContext());
    delete process.env.KONG_BACKUP_TEST_GONE;
    expect(stdout).toBe('there undefined true\n');
  });

  it('gives text to standard input, and an end at once where there is none', async () => {
    const echo = 'process.stdin.on("data", (d) => process.stdout.write(d)).on("end", () => console.log("end"))';
    expect((await runTool(node(echo, { stdin: 'hello ' }), quietContext())).stdout).toBe('hello end\n');
    expect((await runTool(node(echo), quietContext())).stdout).toBe('end\n');
  });

  it('tells of each line as it comes, and still gives the whole', async () => {
    const lines: string[] = [];
    const { stdout } = await runTool(node('console.log("one\\ntwo"); process.stdout.write("three")'), quietContext(), {
      onLine: (line) => lines.push(line),
    });
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(stdout).toBe('one\ntwo\nthree');
  });

  it('says that a program is missing and how to get it', async () => {
    const call = { tool: 'kong-backup-no-such-tool', args: [], installHint: 'Get it at the market.' };
    await expect(runTool(call, quietContext())).rejects.toMatchObject({
      code: 'tool-missing',
      place: 'kong-backup-no-such-tool',
      remedy: 'Get it at the market.',
    });
  });

  it('does not take a missing folder for a missing program', async () => {
    const cwd = path.join(os.tmpdir(), 'kong-backup-no-such-folder');
    await expect(runTool(node('1', { cwd }), quietContext())).rejects.toMatchObject({
      code: 'tool-failed',
      reason: expect.stringContaining(cwd),
    });
  });

  it('stops a program that takes too long', async () => {
    await expect(runTool(node(forEver, { timeout: 300 }), quietContext())).rejects.toMatchObject({
      code: 'tool-timeout',
    });
  });

  it('stops a program that prints too much', async () => {
    const endless = 'for (;;) require("node:fs").writeSync(1, "x".repeat(1000))';
    await expect(runTool(node(endless, { maxOutput: 5000 }), quietContext())).rejects.toMatchObject({
      code: 'tool-failed',
      reason: expect.stringContaining('5000'),
    });
  });

  it('stops a program when the work is cancelled, and starts none after that', async () => {
    const controller = new AbortController();
    const context = quietContext(controller.signal);
    const run = runTool(node(forEver), context, { onLine: () => controller.abort() });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    await expect(runTool(node('1'), context)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.skipIf(process.platform === 'win32')('says so when a program is ended from outside', async () => {
    await expect(runTool(node('process.kill(process.pid, "SIGKILL")'), quietContext())).rejects.toMatchObject({
      code: 'tool-failed',
      reason: expect.stringContaining('SIGKILL'),
    });
  });

  it('logs the call without its secrets', async () => {
    const lines: string[] = [];
    const log = { debug: (line: string) => void lines.push(line), info() {}, warn() {}, error() {} };
    const call = node('1', { secrets: ['hunter22'] });
    await runTool({ ...call, args: [...call.args, 'hunter22'] }, { ...quietContext(), log });
    expect(lines[0]).toContain('•••');
    expect(lines.join()).not.toContain('hunter22');
  });
});

describe.skipIf(process.platform === 'win32')('runTool, by file permissions', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('says that a file is no program', async () => {
    const tool = path.join(folder, 'deck');
    await writeFile(tool, 'not a program', { mode: 0o600 });
    await expect(runTool({ tool, args: [] }, quietContext())).rejects.toMatchObject({
      code: 'tool-missing',
      reason: 'It is not a program that can be run here.',
    });
  });
});
