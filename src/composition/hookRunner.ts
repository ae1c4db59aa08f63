import path from 'node:path';
import type { AppOptions } from '../app.js';
import { KongBackupError } from '../core/errors.js';
import type { HookRunner } from '../operations/hooks.js';
import { runTool } from '../process/toolRunner.js';

/** Relative paths in hooks start from the environments file, as all others in it. */
export function hookRunner({ environmentsFile, mayRunHooks = () => true }: AppOptions): HookRunner {
  const cwd = path.dirname(environmentsFile);
  return async ({ command: [tool, ...args], variables, timeout }, context) => {
    if (mayRunHooks()) return runTool({ tool, args, env: variables, timeout, cwd, maxOutput: 1_000_000 }, context);
    throw new KongBackupError('tool-failed', {
      place: tool,
      reason: 'Nobody trusts this workspace: it may not run commands.',
      remedy: 'Trust the workspace first.',
    });
  };
}
