import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { VscodeHost } from './vscodeHost.js';

const run = promisify(execFile);

export interface EditorServerOptions {
  host: VscodeHost;
  /** Packaged extensions to install before the start; absolute paths. */
  vsix?: string[];
  /** User settings, on top of those that keep the editor quiet. */
  settings?: Record<string, unknown>;
  /**
   * Lets the page name an extension under development and its tests. It also hides notifications, so it is for tests inside
   * the extension host only.
   */
  forExtensionTests?: boolean;
  /** 0 or absent: any free one. */
  port?: number;
  env?: NodeJS.ProcessEnv;
  onLog?(text: string): void;
}

/** How the extension host's process ended, as the server's log tells it: the page reports success whatever happened. */
export interface HostEnd {
  code: string;
  signal: string;
}

export interface EditorServer {
  /** Folder of the user's data: `User/settings.json`, `logs/`. Gone after `dispose`. */
  userData: string;
  log(): string;
  /** Resolves when an extension host's process ends. */
  extensionHostEnded: Promise<HostEnd>;
  url(page: WorkbenchPage): string;
  dispose(): Promise<void>;
}

export interface WorkbenchPage {
  /** Absolute path of the folder to open. */
  folder?: string;
  /** Absolute paths. */
  extensionDevelopmentPath?: string;
  extensionTestsPath?: string;
}

/** No traffic, no greetings, no surprises: the settings of an editor that is being watched. */
const quiet = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // In a browser VS Code saves after a second; on a desktop it does not.
  'files.autoSave': 'off',
  'git.openRepositoryInParentFolders': 'never',
  'json.schemaDownload.enable': false,
  'npm.fetchOnlinePackageInfo': false,
  'remote.autoForwardPorts': false,
  'security.workspace.trust.enabled': false,
  'telemetry.feedback.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Starts VS Code's server on this machine only, behind a token. @throws Error with the server's log when it doesn't start. */
export async function startEditorServer(options: EditorServerOptions): Promise<EditorServer> {
  const home = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-editor-'));
  try {
    return await startIn(home, options);
  } catch (error) {
    remove(home);
    throw error;
  }
}

const remove = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });

async function startIn(home: string, options: EditorServerOptions): Promise<EditorServer> {
  const { host } = options;
  const userData = path.join(home, 'data');
  const extensions = path.join(home, 'extensions');
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  mkdirSync(extensions);
  writeFileSync(
    path.join(userData, 'User', 'settings.json'),
    JSON.stringify({ ...quiet, ...options.settings }, null, 2),
  );

  const main = path.join(host.server, 'out', 'server-main.js');
  const places = ['--server-data-dir', userData, '--user-data-dir', userData, '--extensions-dir', extensions];
  // VS Code leaves its sockets where XDG_RUNTIME_DIR says; an empty gallery keeps it from asking for extensions.
  const env = { ...process.env, XDG_RUNTIME_DIR: home, EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...options.env };
  for (const vsix of options.vsix ?? []) {
    await run(host.node(), [main, ...places, '--accept-server-license-terms', '--install-extension', vsix], { env });
  }

  const token = randomBytes(16).toString('hex');
  const tokenFile = path.join(home, 'token');
  writeFileSync(tokenFile, token, { mode: 0o600 });
  const child = spawn(
    host.node(),
    [
      main,
      ...places,
      ...['--host', '127.0.0.1', '--port', String(options.port ?? 0), '--connection-token-file', tokenFile],
      ...['--accept-server-license-terms', '--telemetry-level', 'off', '--disable-telemetry'],
      ...['--disable-workspace-trust', '--disable-getting-started-override'],
      ...(options.forExtensionTests ? ['--enable-smoke-test-driver'] : []),
    ],
    // A process group of its own, so that dispose ends the extension hosts too, and nothing else.
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env },
  );
  const log = collectLog(child, options.onLog);
  const stop = stopOnce(child, home);
  const extensionHostEnded = log
    .match(/Extension Host Process exited with code: (\S+), signal: ([^\s.]+)/)
    .then(([, code = '', signal = '']) => ({ code, signal }));
  try {
    const [, authority = ''] = await within(60_000, 'VS Code server did not start', [
      log.match(/Server bound to (127\.0\.0\.1:\d+)[^]*Extension host agent started/),
      new Promise<never>((_, reject) =>
        child.once('exit', (code) => reject(new Error(`VS Code server ended with code ${code}\n${log.text()}`))),
      ),
    ]);
    return {
      userData,
      log: log.text,
      extensionHostEnded,
      url: (page) => workbenchUrl(authority, token, page),
      dispose: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface CollectedLog {
  text(): string;
  /** Resolves when the log, read as one text, matches. */
  match(pattern: RegExp): Promise<RegExpExecArray>;
}

function collectLog(child: ChildProcess, onLog?: (text: string) => void): CollectedLog {
  let text = '';
  const waiting = new Set<() => void>();
  const feed = (chunk: Buffer) => {
    text += chunk.toString();
    onLog?.(chunk.toString());
    for (const look of waiting) look();
  };
  child.stdout?.on('data', feed);
  child.stderr?.on('data', feed);
  return {
    text: () => text,
    match: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const found = pattern.exec(text);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

function stopOnce(child: ChildProcess, home: string): () => Promise<void> {
  let stopped: Promise<void> | undefined;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Already gone.
    }
  };
  const stop = async () => {
    signalGroup('SIGTERM');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 3000))]);
    signalGroup('SIGKILL');
    remove(home);
  };
  return () => (stopped ??= stop());
}

function workbenchUrl(authority: string, token: string, page: WorkbenchPage): string {
  const remote = (file: string) => `vscode-remote://${authority}${file.split('/').map(encodeURIComponent).join('/')}`;
  const payload: [string, string][] = [
    ['skipWelcome', 'true'],
    ['skipReleaseNotes', 'true'],
  ];
  if (page.extensionDevelopmentPath) payload.push(['extensionDevelopmentPath', remote(page.extensionDevelopmentPath)]);
  if (page.extensionTestsPath) payload.push(['extensionTestsPath', remote(page.extensionTestsPath)]);
  const url = new URL(`http://${authority}/`);
  url.searchParams.set('tkn', token);
  if (page.folder) url.searchParams.set('folder', page.folder);
  else url.searchParams.set('ew', 'true');
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** The first of `promises`, or an error after so many milliseconds. */
export async function within<T>(milliseconds: number, what: string, promises: Promise<T>[]): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${milliseconds / 1000} s`)), milliseconds);
  });
  try {
    return await Promise.race([...promises, late]);
  } finally {
    clearTimeout(timer);
  }
}
