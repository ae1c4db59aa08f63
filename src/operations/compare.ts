import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import { type Gap, isUnknown } from '../core/coverage.js';
import type { EntityReader, GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { SnapshotStore } from '../core/store.js';
import { readDeckFile } from '../estate/deckFile.js';
import type { Entity } from '../estate/entity.js';
import { validate } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';
import { probeGateway, unlistedWorkspaces } from './backup.js';
import { type FactsSources, gatewayFacts } from './gatewayFacts.js';
import { planWorkspaces } from './planWorkspaces.js';
import { readSnapshotEntities } from './snapshotEntities.js';

export interface CompareParts extends FactsSources {
  store: SnapshotStore;
  reader: EntityReader;
  probe: GatewayProbe;
}

/** One side of a comparison, its secrets resolved. */
export type CompareSide = { target: Target } | { snapshot: string } | { file: string };

/** A side as data. */
interface Estate {
  /** By workspace. */
  workspaces: Map<string, Entity[]>;
  /** True where a workspace that is not there means: nothing is known, not: there is none. */
  partial: boolean;
  /** What could not be read; a gap without a workspace says that there may be others. */
  gaps: Gap[];
  selectTags?: readonly string[];
  version?: string;
  live?: { target: Target; gateway: GatewayInfo };
}

/** What a comparison found, and what it can't speak of. */
export interface Comparison {
  plan: Plan;
  /** What one side does not show: it may differ or not. */
  unknown: Gap[];
  /** Workspaces of which only one side is known. Those beside the workspace of a file don't count: it is about one only. */
  notCompared: string[];
  /** Only what has all of these tags was compared. */
  selectTags?: string[];
}

/** What would have to change for `from` to become `to`. @throws KongBackupError `snapshot-*`, `file-*`, `gateway-*`. */
export async function compare(
  parts: CompareParts,
  from: CompareSide,
  to: CompareSide,
  context: OperationContext,
): Promise<Comparison> {
  // Files and snapshots first: nothing is contacted when one of them can't be read.
  const offline = await Promise.all(
    [from, to].map((side) => ('target' in side ? undefined : readOffline(parts, side, context))),
  );
  const [before, after] = [
    // What is in the way counts on the side that would be changed, whatever its tags.
    offline[0] ?? (await readLive(parts, from as { target: Target }, undefined, context)),
    offline[1] ?? (await readLive(parts, to as { target: Target }, scopeOf(to, offline[0]), context)),
  ];
  const names = workspacesOf([from, before], [to, after]);
  const compared = names.filter((name) => isKnown(before, name) && isKnown(after, name));
  const gaps = [...before.gaps, ...after.gaps];
  const unknown = gaps.filter(({ workspace }) => workspace === undefined || compared.includes(workspace));
  const sides = compared.map((workspace) => ({
    workspace,
    exists: before.workspaces.has(workspace),
    desired: after.workspaces.get(workspace) ?? [],
    live: before.workspaces.get(workspace) ?? [],
    unknownKinds: new Set(gaps.flatMap((gap) => (gap.workspace === workspace ? (gap.kind ?? []) : []))),
  }));
  const facts = await factsFor(parts, before, after, context);
  const selectTags = offline[0]?.selectTags ?? offline[1]?.selectTags ?? before.selectTags ?? after.selectTags;
  const tags = selectTags && { selectTags: [...selectTags] };
  const { plan } = planWorkspaces(sides, { facts, ...tags, deleteGatewayWide: true, keepNothing: true });
  return { plan, unknown, notCompared: names.filter((name) => !compared.includes(name)), ...tags };
}

function workspacesOf(...sides: [CompareSide, Estate][]): string[] {
  const file = sides.find(([side]) => 'file' in side);
  return [...new Set((file ? [file] : sides).flatMap(([, { workspaces }]) => [...workspaces.keys()]))];
}

const scopeOf = (side: CompareSide, other: Estate | undefined): readonly string[] | undefined =>
  other?.selectTags ?? ('target' in side ? side.target.environment.selectTags : undefined);

const isKnown = ({ workspaces, partial }: Estate, name: string): boolean => !partial || workspaces.has(name);

async function factsFor(
  parts: CompareParts,
  before: Estate,
  after: Estate,
  context: OperationContext,
): Promise<SchemaFacts> {
  const live = before.live ?? after.live;
  const entities = [before, after].flatMap(({ workspaces }) => [...workspaces.values()].flat());
  if (live) return gatewayFacts(parts, live.target, live.gateway, entities, context);
  return parts.shipped.facts(before.version ?? after.version ?? parts.shipped.versions.at(-1) ?? '');
}

async function readLive(
  { probe, reader }: CompareParts,
  { target }: { target: Target },
  selectTags: readonly string[] | undefined,
  context: OperationContext,
): Promise<Estate> {
  const gateway = await probeGateway(probe, target, context);
  const workspaces = new Map<string, Entity[]>();
  const found = unlistedWorkspaces(gateway, target.environment.workspaces);
  const names = target.environment.workspaces ?? gateway.workspaces;
  for (const [done, workspace] of names.entries()) {
    throwIfCancelled(context.signal, target.environment.name);
    context.report({ step: 'read', subject: workspace, done, total: names.length });
    const scope = selectTags ? { selectTags: [...selectTags] } : {};
    const { entities, gaps } = await reader.read(target, workspace, scope, context);
    workspaces.set(workspace, entities);
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

async function readOffline(
  { store, shipped }: CompareParts,
  side: { snapshot: string } | { file: string },
  context: OperationContext,
): Promise<Estate> {
  if ('file' in side) return readFileSide(side.file, await shipped.facts(shipped.versions.at(-1) ?? ''));
  context.report({ step: 'checksum', subject: side.snapshot });
  const manifest = await store.manifest(side.snapshot);
  const held = await readSnapshotEntities(store, manifest);
  return {
    workspaces: new Map(held.map(({ workspace, file }) => [workspace, file.entities])),
    partial: true,
    gaps: manifest.coverage.notHeld.filter((gap) => isUnknown(gap) || (gap.part === 'entities' && gap.partial)),
    ...(manifest.selectTags && { selectTags: manifest.selectTags }),
    version: manifest.gateway.version,
  };
}

async function readFileSide(file: string, facts: SchemaFacts): Promise<Estate> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: systemReason(error),
      remedy: 'Name a file that can be read, a snapshot, or live:ENVIRONMENT.',
      cause: error,
    });
  });
  const name = path.basename(file);
  if (validate({ text, kind: 'auto', facts }).kind === 'dbless') {
    throw new KongBackupError('file-invalid', {
      place: name,
      reason: 'It is a file for DB-less gateways, whose entities have no identity to compare by.',
      remedy: "Compare files in decK's format, such as those in a snapshot.",
    });
  }
  const { workspace, entities, problems, selectTags } = readDeckFile(text, name);
  const [problem] = problems;
  if (problem) {
    throw new KongBackupError('file-invalid', {
      place: `${name}: ${problem.path}`,
      reason: problem.message,
      remedy: 'Put it right and compare again.',
    });
  }
  return {
    workspaces: new Map([[workspace ?? defaultWorkspace, entities]]),
    partial: true,
    gaps: [],
    ...(selectTags && { selectTags }),
  };
}
