import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { EntityReader, GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemReason } from '../core/fileErrors.js';
import type { SnapshotStore } from '../core/store.js';
import { readDeckFile } from '../estate/deckFile.js';
import type { Entity } from '../estate/entity.js';
import { validate } from '../language/validate.js';
import type { SchemaFacts } from '../schema/facts.js';
import { probeGateway } from './backup.js';
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
  unknownKinds: Map<string, Set<string>>;
  selectTags?: readonly string[];
  version?: string;
  live?: { target: Target; gateway: GatewayInfo };
}

/** What would have to change for `from` to become `to`. @throws KongBackupError `snapshot-*`, `file-*`, `gateway-*`. */
export async function compare(
  parts: CompareParts,
  from: CompareSide,
  to: CompareSide,
  context: OperationContext,
): Promise<Plan> {
  // Files and snapshots first: nothing is contacted when one of them can't be read.
  const offline = await Promise.all(
    [from, to].map((side) => ('target' in side ? undefined : readOffline(parts, side, context))),
  );
  const [before, after] = [
    // What is in the way counts on the side that would be changed, whatever its tags.
    offline[0] ?? (await readLive(parts, from as { target: Target }, undefined, context)),
    offline[1] ?? (await readLive(parts, to as { target: Target }, scopeOf(to, offline[0]), context)),
  ];
  const names = new Set([...before.workspaces.keys(), ...after.workspaces.keys()]);
  const sides = [...names]
    .filter((name) => isKnown(before, name) && isKnown(after, name))
    .map((workspace) => ({
      workspace,
      exists: before.workspaces.has(workspace),
      desired: after.workspaces.get(workspace) ?? [],
      live: before.workspaces.get(workspace) ?? [],
      unknownKinds: new Set([...unknownKinds(before, workspace), ...unknownKinds(after, workspace)]),
    }));
  const facts = await factsFor(parts, before, after, context);
  const selectTags = offline[0]?.selectTags ?? offline[1]?.selectTags ?? before.selectTags ?? after.selectTags;
  return planWorkspaces(sides, { facts, ...(selectTags && { selectTags }), deleteGatewayWide: true }).plan;
}

const scopeOf = (side: CompareSide, other: Estate | undefined): readonly string[] | undefined =>
  other?.selectTags ?? ('target' in side ? side.target.environment.selectTags : undefined);

const isKnown = ({ workspaces, partial }: Estate, name: string): boolean => !partial || workspaces.has(name);
const unknownKinds = (estate: Estate, workspace: string): Iterable<string> => estate.unknownKinds.get(workspace) ?? [];

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
  const unknown = new Map<string, Set<string>>();
  const names = target.environment.workspaces ?? gateway.workspaces;
  for (const [done, workspace] of names.entries()) {
    throwIfCancelled(context.signal, target.environment.name);
    context.report({ step: 'read', subject: workspace, done, total: names.length });
    const scope = selectTags ? { selectTags: [...selectTags] } : {};
    const { entities, gaps } = await reader.read(target, workspace, scope, context);
    workspaces.set(workspace, entities);
    unknown.set(workspace, new Set(gaps.flatMap(({ kind }) => kind ?? [])));
  }
  const partial = gateway.workspaces.some((name) => !names.includes(name));
  return {
    workspaces,
    partial,
    unknownKinds: unknown,
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
    unknownKinds: new Map(held.map((each) => [each.workspace, each.unknownKinds])),
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
    unknownKinds: new Map(),
    ...(selectTags && { selectTags }),
  };
}
