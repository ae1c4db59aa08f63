import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError, type KongBackupError, throwIfCancelled } from '../core/errors.js';
import { isObject, type JsonObject } from '../core/json.js';
import type { PartBackupRequest, PartDriver, PartProbe, TakenPart } from '../core/partDriver.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { writeJson } from './adminEntitiesFiles.js';
import { portalVersionOf, unusable, workspaceFolder } from './portalCommand.js';
import { fetchWhole, withFolder } from './portalFetch.js';
import { type PortalFiles, portalList, readHeldPortal } from './portalFiles.js';
import { planPortalRestore, restorePortal } from './portalRestore.js';

export interface PortalOptions {
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Absolute path of a private folder that portals are kept in before a restore; need not exist. */
  undoFolder: string;
}

/**
 * Content and themes of the developer portal, workspace by workspace, by kong-portal-cli. Accounts of developers are taken with
 * the RBAC part, settings of a portal with the workspaces'.
 *
 * Choices of a restore: `workspaces` (names with commas: only these), `undo` (absolute path of the folder that an earlier
 * restore kept: its files are deployed instead of the snapshot's).
 */
export function createPortalDriver({ requestTimeout, undoFolder }: PortalOptions): PartDriver {
  return {
    id: 'portal',
    part: 'portal',
    probe: (target, gateway, context) => probe(requestTimeout, target, gateway, context),
    backup,
    async verify(source, context) {
      throwIfCancelled(context.signal, source.manifest.id);
      return (await readHeldPortal(source.directory)).wrong;
    },
    planRestore: planPortalRestore,
    restore: (target, source, options, context) => restorePortal(undoFolder, target, source, options, context),
  };
}

const answers: readonly string[] = ['tool-missing', 'tool-failed'];

async function probe(
  requestTimeout: number,
  target: Target,
  gateway: GatewayInfo | undefined,
  context: OperationContext,
): Promise<PartProbe> {
  const isDescribed = target.environment.portal !== undefined;
  if (!isDescribed && (gateway?.edition !== 'enterprise' || !(await hasPortal(requestTimeout, target, context)))) {
    return { present: false };
  }
  const reason = unusable(target);
  if (reason !== undefined) {
    const remedy = 'Fetch the portal by hand, or reach the gateway by another entry of the environments file.';
    return { present: true, availability: { available: false, code: 'environment-invalid', reason, remedy } };
  }
  try {
    const version = await withFolder((folder) => portalVersionOf(target, folder, context));
    return { present: true, availability: { available: true, version } };
  } catch (error) {
    if (!isKongBackupError(error) || !answers.includes(error.code)) throw error;
    const { reason: why, remedy } = error;
    const code = error.code as 'tool-missing' | 'tool-failed';
    return { present: true, availability: { available: false, code, reason: why, remedy } };
  }
}

/** Whether the portal of any workspace is on. */
async function hasPortal(requestTimeout: number, target: Target, { signal }: OperationContext): Promise<boolean> {
  const client = createGatewayClient(target, { requestTimeout });
  try {
    for await (const page of client.list('/workspaces', { signal })) if (page.some(isOn)) return true;
  } catch (error) {
    if (!isKongBackupError(error, 'gateway-forbidden')) throw error;
  }
  return false;
}

const isOn = ({ config }: JsonObject): boolean => isObject(config) && config['portal'] === true;

/** One workspace after the other: one that fails doesn't keep the others back. */
async function backup(
  target: Target,
  { workspaces, directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  throwIfCancelled(context.signal, 'portal');
  const version = await portalVersionOf(target, directory, context);
  const held: Record<string, PortalFiles> = {};
  const gaps: Gap[] = [];
  let first: KongBackupError | undefined;
  for (const [done, workspace] of workspaces.entries()) {
    context.report({ step: 'read', subject: workspace, done, total: workspaces.length });
    try {
      held[workspace] = await fetchWhole(target, directory, workspace, context);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      first ??= error;
      await rm(workspaceFolder(directory, workspace), { recursive: true, force: true, maxRetries: 3 });
      gaps.push({ part: 'portal', workspace, absent: true, reason: error.reason, remedy: error.remedy });
    }
  }
  if (first && Object.keys(held).length === 0) throw first;
  await writeJson(path.join(directory, portalList), { workspaces: held });
  const files = Object.values(held).reduce((sum, each) => sum + Object.keys(each).length, 0);
  return {
    format: 'portal',
    counts: { portal_files: files },
    driverVersion: version,
    gaps,
    warnings: gaps.map(({ workspace = '', reason }) => ({
      code: 'portal-workspace-failed',
      message: `The portal of ${workspace} was not fetched: ${reason}`,
      workspace,
    })),
    details: { workspaces: Object.keys(held), failed: gaps.map(({ workspace = '' }) => workspace) },
  };
}
