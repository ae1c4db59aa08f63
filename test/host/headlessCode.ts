import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { startEditorServer, within, type EditorServer } from './editorServer.js';
import { newestHost, oldestHost } from './vscodeHost.js';

/**
 * Stands in for the desktop's `code` program as far as @vscode/test-electron uses it:
 * `headless-code [FOLDER] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE`. Other switches are for a desktop.
 *
 * Variables: `KONG_BACKUP_TEST_HOST` is `newest` (default) or `oldest`; `KONG_BACKUP_TEST_VERBOSE` shows everything.
 */
interface Arguments {
  folder?: string;
  extensionDevelopmentPath: string;
  extensionTestsPath: string;
}

/** Milliseconds that all tests together may take. */
const limit = 300_000;
/** Milliseconds from the last test to the end of the extension host. */
const endLimit = 15_000;

const verbose = Boolean(process.env.KONG_BACKUP_TEST_VERBOSE);

export function main(argv: string[]): void {
  run(readArguments(argv)).then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}

function readArguments(argv: string[]): Arguments {
  const value = (name: string) => argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
  const extensionDevelopmentPath = value('extensionDevelopmentPath');
  const extensionTestsPath = value('extensionTestsPath');
  if (!extensionDevelopmentPath || !extensionTestsPath) {
    throw new Error('headless-code: --extensionDevelopmentPath= and --extensionTestsPath= are wanted');
  }
  const folder = argv.find((argument) => !argument.startsWith('-'));
  return { ...(folder ? { folder } : {}), extensionDevelopmentPath, extensionTestsPath };
}

/** @returns the exit code: 0 only when the tests passed and the extension host ended well after them. */
async function run(args: Arguments): Promise<number> {
  let server: EditorServer | undefined;
  let browser: Browser | undefined;
  const close = async () => {
    await browser?.close().catch(() => undefined);
    await server?.dispose();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void close().then(() => process.exit(130)));
  }
  try {
    server = await startEditorServer({
      host: process.env.KONG_BACKUP_TEST_HOST === 'oldest' ? oldestHost : newestHost,
      forExtensionTests: true,
      ...(verbose ? { onLog: (text: string) => void process.stderr.write(text) } : {}),
    });
    browser = await launchBrowser();
    return await runTests(args, server, browser);
  } finally {
    await close();
  }
}

async function runTests(args: Arguments, server: EditorServer, browser: Browser): Promise<number> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const crashed = new Promise<never>((_, reject) => page.on('crash', () => reject(new Error('the page crashed'))));
  if (verbose) page.on('console', (message) => console.error(`[page] ${message.text()}`));
  // What a desktop VS Code offers its test runner, the workbench of a browser calls on the page.
  await page.exposeFunction('codeAutomationLog', (kind: string, words: unknown[]) => print(kind, words));
  let report: (code: number) => void = () => undefined;
  const reported = new Promise<number>((resolve) => (report = resolve));
  await page.exposeFunction('codeAutomationExit', (code: number) => report(code));
  const endedEarly = server.extensionHostEnded.then(async ({ code, signal }) => {
    // The report of an orderly end may still be under way.
    const late = await Promise.race([
      reported,
      new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 5000)),
    ]);
    if (late !== undefined) return late;
    throw new Error(`the extension host ended in mid-test (code ${code}, signal ${signal})`);
  });

  const answer = await page.goto(server.url(args), { timeout: 120_000 });
  if (!answer?.ok()) throw new Error(`the workbench answered ${answer?.status()}\n${server.log()}`);
  const code = await within(limit, 'the tests did not end', [reported, crashed, endedEarly]);
  if (code !== 0) return code;

  // The workbench reports 0 even for a host that called process.exit(7): the server's log knows better.
  const end = await within(endLimit, 'the extension host did not end', [server.extensionHostEnded]);
  if (end.code === '0') return 0;
  throw new Error(`the extension host ended with code ${end.code}, signal ${end.signal}`);
}

/** The workbench logs through the channel that tests print on: only lines of tests are shown. */
const chatter =
  /^(ChatSessionStore|Resolv\w+ connection token|Creating a socket|\[(reconnection|Service Worker|AgentHost|AccountPolicyGate|lifecycle|uncaught)|(Ignoring|Updating) .*builtin|(Started|Completed) initializing)/;

function print(kind: string, words: unknown[]): void {
  if (!verbose && chatter.test(String(words[0]))) return;
  if (kind === 'error' || kind === 'warn') console.error(...words);
  else console.log(...words);
}
