import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { type Gap, isUnknown } from '../core/coverage.js';
import type { EntityReader, GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { SnapshotStore } from '../core/store.js';
import type { Entity } from '../estate/entity.js';
import type { SchemaFacts } from '../schema/facts.js';
import { type Content, fileContent, folderContent, snapshotContent } from './compareContent.js';
import type { FactsSources } from './gatewayFacts.js';
import { probeGateway, unlistedWorkspaces } from './probeTarget.js';

export interface CompareParts extends FactsSources {
  store: SnapshotStore;
  reader: EntityReader;
  probe: GatewayProbe;
}

/**
 * One side of a comparison, its secrets resolved. A file may be a folder of decK's files, which are one together.
 * `workspace` narrows it down to one, which may have another name on the other side.
 */
export type CompareSide = ({ target: Target } | { snapshot: string } | { file: string }) & { workspace?: string };

export type FileSide = Extract<CompareSide, { file: string }>;

/** A side as data. */
export interface SideEstate {
  /** By workspace. */
  workspaces: Map<string, Content>;
  /** True where a workspace that is not there means: nothing is known, not: there is none. */
  partial: boolean;
  /** What could not be read; a gap without a workspace says that there may be others. */
  gaps: Gap[];
  selectTags?: readonly string[];
  version?: string;
  live?: { target: Target; gateway: GatewayInfo };
  /** True for a side that is about one workspace only. */
  isFile?: boolean;
}

export async function readLive(
  { probe, reader }: CompareParts,
  { target, workspace: only }: { target: Target; workspace?: string },
  selectTags: readonly string[] | undefined,
  context: OperationContext,
): Promise<SideEstate> {
  const gateway = await probeGateway(probe, target, context);
  const workspaces = new Map<string, Content>();
  const wanted = only === undefined ? target.environment.workspaces : [only];
  const found = unlistedWorkspaces(gateway, wanted);
  const names = wanted ?? gateway.workspaces;
  for (const [done, workspace] of names.entries()) {
    throwIfCancelled(context.signal, target.environment.name);
    context.report({ step: 'read', subject: workspace, done, total: names.length });
    const scope = selectTags ? { selectTags: [...selectTags] } : {};
    const { entities, gaps } = await reader.read(target, workspace, scope, context);
    workspaces.set(workspace, { entities: () => entities });
    found.push(...gaps.filter(({ part }) => part === 'entities').map((gap) => ({ ...gap, workspace })));
  }
  const partial = !gateway.workspacesKnown || gateway.workspaces.some((name) => !names.includes(name));
  return {
    workspaces,
    partial,
    gaps: found,
    ...(target.environment.selectTags && { selectTags: target.environment.selectTags }),
    version: gateway.version,
    live: { target, gateway },
  };
}

export async function readOffline(
  { store, shipped }: CompareParts,
  side: Exclude<CompareSide, { target: Target }>,
  context: OperationContext,
): Promise<SideEstate> {
  if ('file' in side) return readFileSide(side, await shipped.facts(shipped.versions.at(-1) ?? ''));
  context.report({ step: 'checksum', subject: side.snapshot });
  const manifest = await store.manifest(side.snapshot, context.signal);
  const workspaces = await snapshotContent(store, manifest, side.workspace, context.signal);
  return {
    workspaces,
    partial: true,
    gaps: manifest.coverage.notHeld.filter((gap) => isUnknown(gap) || (gap.part === 'entities' && gap.partial)),
    ...(manifest.selectTags && { selectTags: manifest.selectTags }),
    version: manifest.gateway.version,
  };
}

/** @param facts tell what stands in a file for gateways without a database. */
export async function readFileSide(side: FileSide, facts: SchemaFacts): Promise<SideEstate> {
  const { file } = side;
  const bytes = await readFileOrFolder(file);
  const name = path.basename(file);
  const { workspace, selectTags, content } = bytes
    ? fileContent(bytes, name, facts, /\.json$/i.test(file))
    : await folderContent(file);
  const own = workspace ?? defaultWorkspace;
  if (side.workspace !== undefined && side.workspace !== own) {
    throw new KongBackupError('workspace-missing', {
      place: name,
      reason: `It is about workspace "${own}", not "${side.workspace}".`,
      remedy: 'Name it without a workspace.',
    });
  }
  return {
    workspaces: new Map([[own, content]]),
    partial: true,
    gaps: [],
    isFile: true,
    ...(selectTags && { selectTags }),
  };
}

/** @returns undefined for a folder. */
async function readFileOrFolder(file: string): Promise<Buffer | undefined> {
  try {
    if ((await stat(file)).isDirectory()) return undefined;
    return await readFile(file);
  } catch (error) {
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: systemReason(error),
      remedy: 'Name a file that can be read, a snapshot, or live:ENVIRONMENT.',
      cause: error,
    });
  }
}

export const noEntities: Content = { entities: (): Entity[] => [] };
