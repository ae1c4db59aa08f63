import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PlannedPart } from '../core/backupPlan.js';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartDriver } from '../core/partDriver.js';
import type { PartKind } from '../core/part.js';
import type { ArtifactFile, PartFailure, PartRecord, SnapshotWarning } from '../core/snapshot.js';

export interface TakePartsRequest {
  target: Target;
  gateway: GatewayInfo;
  workspaces: readonly string[];
  /** Those to take. */
  parts: readonly PlannedPart[];
  partDrivers: readonly PartDriver[];
  /** Absolute path of the snapshot's staging folder: each part gets a folder of its own in it. */
  directory: string;
}

export interface TakenParts {
  records: PartRecord[];
  gaps: Gap[];
  warnings: SnapshotWarning[];
  failures: PartFailure[];
}

/**
 * Takes one part after the other: one that fails leaves nothing behind and doesn't stop those after it.
 * @throws KongBackupError `cancelled`, `store-full`: what would stop every part.
 */
export async function takeParts(request: TakePartsRequest, context: OperationContext): Promise<TakenParts> {
  const taken: TakenParts = { records: [], gaps: [], warnings: [], failures: [] };
  for (const [done, { part, driver: id, availability }] of request.parts.entries()) {
    throwIfCancelled(context.signal, part);
    context.report({ step: 'read', subject: part, done, total: request.parts.length });
    if (!availability.available) {
      const { code, reason, remedy } = availability;
      taken.failures.push({ part, code, reason, remedy });
      continue;
    }
    const driver = request.partDrivers.find((candidate) => candidate.id === id);
    if (driver) await takePart(driver, request, taken, context);
  }
  return taken;
}

async function takePart(
  driver: PartDriver,
  { target, gateway, workspaces, directory }: TakePartsRequest,
  taken: TakenParts,
  context: OperationContext,
): Promise<void> {
  const { part } = driver;
  const folder = path.join(directory, partFolder(part));
  await mkdir(folder, { mode: 0o700 });
  try {
    const { driverVersion, gaps, warnings, ...record } = await driver.backup(
      target,
      { gateway, workspaces, directory: folder },
      context,
    );
    const files = await filesBelow(directory, folder, context.signal);
    taken.records.push({ ...record, kind: part, driver: { id: driver.id, version: driverVersion }, files });
    taken.gaps.push(...gaps);
    taken.warnings.push(...warnings);
  } catch (error) {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    if (!isKongBackupError(error) || isFatal(error.code)) throw error;
    const { code, reason, remedy } = error;
    context.log.warn(`${part}: ${error.message}`);
    taken.failures.push({ part, code, reason, remedy });
  }
}

/** What would stop the parts after it just the same. */
export const isFatal = (code: string): boolean => code === 'cancelled' || code.startsWith('store-');

/** The folder of a part's files in a snapshot. */
export const partFolder = (part: PartKind): string => part;

/** Every file of a part, in order of paths, as the manifest lists it. */
export async function filesBelow(root: string, folder: string, signal: AbortSignal): Promise<ArtifactFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const artifacts: ArtifactFile[] = [];
  for (const file of files.sort()) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash, { signal });
    const { size } = await stat(file);
    const inner = path.relative(root, file).split(path.sep).join('/');
    artifacts.push({ path: inner, bytes: size, sha256: hash.digest('hex') });
  }
  return artifacts;
}
