import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import type { VscodeHost } from '../../test/host/vscodeHost.js';
import { chromium } from '../tools/chromium.js';
import type { Tool } from '../tools/tool.js';
import { root } from './places.js';

/** On Linux VS Code runs headless; elsewhere @vscode/test-electron downloads the desktop's. */
const headless = process.platform === 'linux';

export interface HostRun {
  host: VscodeHost;
  /** Absolute path of the extension under development; the checkout when absent. */
  extension?: string;
  /** Absolute path of a bundle that exports `run()`. */
  tests: string;
  env: Record<string, string>;
}

/** What has to be there for `runInHost`. */
export const toolsOfHost = (host: VscodeHost): Tool[] => (headless ? [host, chromium] : []);

/**
 * Runs a bundle in the extension host of a real VS Code, with our extension under development, in an empty folder.
 * @returns the exit code; 1 when the host did not end well.
 */
export async function runInHost({ host, extension = root, tests, env }: HostRun): Promise<number> {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-workspace-'));
  try {
    return await runTests({
      ...(headless
        ? { vscodeExecutablePath: path.join(root, 'test', 'host', 'headless-code.mjs') }
        : { version: host.which === 'newest' ? 'stable' : `${host.version}.0` }),
      extensionDevelopmentPath: extension,
      extensionTestsPath: tests,
      launchArgs: [workspace, '--disable-extensions'],
      extensionTestsEnv: { KONG_BACKUP_TEST_HOST: host.which, ...env },
    });
  } catch {
    return 1;
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 3 });
  }
}
