import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { fetchPortal } from './portalCommand.js';
import { listPortal, type PortalFiles } from './portalFiles.js';

/** A folder that is gone when the work is done. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-portal-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** @throws KongBackupError as `fetchPortal`; `tool-failed` when fewer files lie there than were fetched. */
export async function fetchWhole(
  target: Target,
  root: string,
  workspace: string,
  context: OperationContext,
): Promise<PortalFiles> {
  const count = await fetchPortal(target, root, workspace, context);
  const files = await listPortal(root, workspace);
  const found = Object.keys(files).length;
  if (found === count) return files;
  throw new KongBackupError('tool-failed', {
    place: `workspace ${workspace}`,
    reason: `kong-portal-cli fetched ${count} files and wrote ${found}.`,
    remedy: 'Look whether two of them have names that this file system takes for one, and fetch again.',
  });
}
