import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap, Held } from '../core/coverage.js';
import type { EntityDriver, EntityReader, GatewayProbe } from '../core/driver.js';
import {
  defaultWorkspace,
  type Environment,
  type GatewayInfo,
  modeContradiction,
  type Target,
} from '../core/environment.js';
import { isErrorCode, isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import type { LineFiles } from '../core/lineFiles.js';
import type { PartDriver } from '../core/partDriver.js';
import type { PartKind } from '../core/part.js';
import {
  formatVersion,
  type Manifest,
  type PartFailure,
  type PartRecord,
  type SnapshotWarning,
} from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { groupedCredentialWarnings } from '../estate/credentialWarnings.js';
import { planWorkspace } from '../estate/plan.js';
import { readDocument } from '../language/document.js';
import { validateDocument } from '../language/validate.js';
import { databaseHoldsLess } from './databaseHoldsLess.js';
import { usableEngines } from './engines.js';
import { type FactsSources, gatewayFacts, unknownVersion } from './gatewayFacts.js';
import { entitiesAway, findGateway, notAsked, withoutEntities } from './gatewayAway.js';
import { partsNotTaken } from './partsNotTaken.js';
import { planParts } from './planBackup.js';
import { unlistedWorkspaces } from './probeTarget.js';
import { watchRestores } from './restoreBetween.js';
import { isFatal, takeParts } from './takeParts.js';
import { type SeenWorkspace, type TakenWorkspace, takeWorkspace, workspaceFile } from './takeWorkspace.js';

/** What a backup is made with. */
export interface BackupParts extends FactsSources {
  store: SnapshotStore;
  drivers: readonly EntityDriver[];
  reader: EntityReader;
  probe: GatewayProbe;
  /** Ways to take the parts beside the entities. */
  partDrivers: readonly PartDriver[];
  /** Where restores tell what they write: what is taken meanwhile is told from other snapshots. */
  journals?: LineFiles;
  /** The product, for the manifest. */
  tool: { name: string; version: string };
}

export interface BackupRequest {
  target: Target;
  /** The environment's when absent; all that the gateway has when it names none. */
  workspaces?: readonly string[];
  /** What to take; what the environment says, else what is recommended, when absent. */
  parts?: readonly PartKind[];
  /** Whether anything that fails stops the backup; otherwise the rest is kept as a partial snapshot. */
  wholeOrNothing?: boolean;
  label?: string;
  note?: string;
  /** Whether no prune removes it until somebody unpins it. */
  pinned?: boolean;
  /** For a safety snapshot: the snapshot whose restore it guards. */
  guards?: string;
  /** For a safety snapshot: as in the manifest. */
  boundTags?: readonly string[];
  /** For a safety snapshot: what was read for the plan, by workspace, of those that need not be read again. */
  seen?: ReadonlyMap<string, SeenWorkspace>;
  /** Gets what was read back of the entities, for who wants to look into it before it is a snapshot. */
  onTaken?(taken: readonly TakenWorkspace[]): void;
}

/** Kinds whose secrets a gateway keeps as hashes, and what they belong to. */
const loginKinds = new Set(['consumers', 'basicauth_credentials', 'oauth2_credentials']);

/** So many findings of the validation are kept in a manifest. */
const mostFindings = 20;

/**
 * Takes a snapshot: it exists when this returns, and not at all when this throws. A workspace or part that fails doesn't stop
 * the others: the manifest then says so under `failures`.
 * @throws KongBackupError `gateway-*`, `tool-*`, `workspace-missing`, `store-*`, `cancelled`; what the first part failed with
 * when no part could be taken. A gateway that does not answer fails the entities alone, where there is anything else to take.
 */
export async function backup(parts: BackupParts, request: BackupRequest, context: OperationContext): Promise<Manifest> {
  const { target } = request;
  const { environment } = target;
  const begun = new Date();
  const { gateway, away } = await findGateway(parts, target, context);
  // What guards a restore holds the entities that it writes, and nothing else.
  const sources = request.wholeOrNothing ? { ...parts, partDrivers: [] } : parts;
  const found = await planParts(sources, target, gateway, context, request.parts);
  const planned = away ? withoutEntities(found, away) : found;
  const takesEntities = planned.some(({ part, selected }) => part === 'entities' && selected);
  const workspaces = chooseWorkspaces(request, gateway);
  const restoresSince = await restoresInto(parts, request, begun);
  const staging = await parts.store.stage(environment.name, context.signal);
  try {
    const entities =
      takesEntities && !away
        ? await takeWorkspaces(parts, { target, workspaces, directory: staging.directory, seen: request.seen }, context)
        : { taken: [], failures: takesEntities && away ? [entitiesAway(away)] : [] };
    request.onTaken?.(entities.taken);
    const others = await takeParts(
      {
        target,
        gateway,
        workspaces,
        parts: planned.filter(({ part, selected }) => selected && part !== 'entities'),
        partDrivers: parts.partDrivers,
        directory: staging.directory,
      },
      context,
    );
    const failures = [...entities.failures, ...others.failures];
    const records = [...entities.taken.map(({ part }) => part), ...others.records];
    refuseNothing(request, records, failures);
    const unlisted = away ? [] : unknownWorkspaces(request, gateway);
    const otherMode = away ? undefined : modeContradiction(environment, gateway);
    const warnings = [
      ...(await restoresSince()),
      ...(otherMode === undefined ? [] : [{ code: 'mode-contradicts', message: otherMode }]),
      ...unlisted.map(({ reason }) => ({ code: 'workspaces-unknown', message: reason })),
      ...(away
        ? [notAsked(gateway, away)]
        : await judge(parts, target, gateway, entities.taken, context, request.guards === undefined)),
      ...others.warnings,
      ...databaseHoldsLess(records),
    ];
    const gaps = [
      ...unlisted,
      ...entities.failures.map(failedWorkspace),
      ...entities.taken.flatMap((each) => each.gaps),
      ...others.gaps,
      ...partsNotTaken(gateway, planned, others.failures),
    ];
    throwIfCancelled(context.signal, environment.name);
    context.report({ step: 'publish', subject: environment.name });
    return await staging.publish({
      ...headOf({ environment, gateway, tool: parts.tool, begun }),
      workspaces,
      ...(environment.selectTags && { selectTags: environment.selectTags }),
      parts: records,
      coverage: { held: records.flatMap(heldBy), notHeld: gaps },
      warnings,
      ...(failures.length > 0 && { failures }),
      ...(request.label !== undefined && { label: request.label }),
      ...(request.note !== undefined && { note: request.note }),
      ...(request.pinned && { pinned: true }),
      ...(request.guards !== undefined && { guards: request.guards }),
      ...(request.boundTags && { boundTags: [...request.boundTags] }),
    });
  } catch (error) {
    await staging.discard();
    throw writeError(error, parts.store.location);
  }
}

interface TakeWorkspacesRequest {
  target: Target;
  workspaces: readonly string[];
  /** Absolute path of the folder to write into. */
  directory: string;
  seen?: ReadonlyMap<string, SeenWorkspace> | undefined;
}

/** One workspace after the other: one that fails leaves nothing behind and doesn't stop those after it. */
export async function takeWorkspaces(
  { drivers, reader }: Pick<BackupParts, 'drivers' | 'reader'>,
  { target, workspaces, directory, seen }: TakeWorkspacesRequest,
  context: OperationContext,
): Promise<{ taken: TakenWorkspace[]; failures: PartFailure[] }> {
  const engines = await usableEngines(drivers, target, context);
  const taken: TakenWorkspace[] = [];
  const failures: PartFailure[] = [];
  for (const [done, workspace] of workspaces.entries()) {
    context.report({ step: 'read', subject: workspace, done, total: workspaces.length });
    try {
      const request = { target, workspace, engines, reader, directory, seen: seen?.get(workspace) };
      taken.push(await takeWorkspace(request, context));
    } catch (error) {
      if (!isKongBackupError(error) || isFatal(error.code)) throw error;
      const { code, reason, remedy } = error;
      context.log.warn(`${workspace}: ${error.message}`);
      failures.push({ part: 'entities', workspace, code, reason, remedy });
      await rm(path.join(directory, workspaceFile(workspace)), { force: true });
    }
  }
  return { taken, failures };
}

/** A safety snapshot is of a restore: it is what was there, whatever that was. */
const restoresInto = async (
  { journals }: Pick<BackupParts, 'journals'>,
  { target, guards }: BackupRequest,
  begun: Date,
): Promise<() => Promise<SnapshotWarning[]>> =>
  journals && guards === undefined ? watchRestores(journals, target.environment, begun) : () => Promise.resolve([]);

/** @throws KongBackupError the first failure, when there is nothing beside it or it may not stand. */
function refuseNothing(
  { target, wholeOrNothing }: BackupRequest,
  records: readonly PartRecord[],
  [first]: readonly PartFailure[],
): void {
  if (!first || (records.length > 0 && !wholeOrNothing)) return;
  const { code, part, workspace, reason, remedy } = first;
  const place = [target.environment.name, ...(workspace === undefined ? [part] : [`workspace ${workspace}`])].join(
    ', ',
  );
  throw new KongBackupError(isErrorCode(code) ? code : 'internal', { place, reason, remedy });
}

export const failedWorkspace = ({ part, workspace, reason, remedy }: PartFailure): Gap => ({
  part,
  ...(workspace !== undefined && { workspace }),
  absent: true,
  reason,
  remedy,
});

interface Origin {
  environment: Environment;
  gateway: GatewayInfo;
  tool: Manifest['tool'];
  /** When the job began. */
  begun: Date;
}

/** What the manifest of every snapshot says: what it is of, what made it and when. Made at the end, for the duration. */
export function headOf({
  environment: { id, name, adminUrl, group },
  gateway: { version, edition, mode, hostname, database },
  tool,
  begun,
}: Origin): Pick<Manifest, 'formatVersion' | 'environment' | 'gateway' | 'tool' | 'createdAt' | 'duration'> {
  return {
    formatVersion,
    environment: { id, name, adminUrl, ...(group !== undefined && { group }) },
    gateway: { version, edition, mode, hostname, database },
    tool,
    createdAt: begun.toISOString(),
    duration: Date.now() - begun.getTime(),
  };
}

export function chooseWorkspaces(
  { target, workspaces }: Pick<BackupRequest, 'target' | 'workspaces'>,
  gateway: GatewayInfo,
): string[] {
  const chosen = workspaces ?? target.environment.workspaces ?? defaultFirst(gateway.workspaces);
  const missing = chosen.find((workspace) => !gateway.workspaces.includes(workspace));
  // Where the gateway doesn't list them, reading tells whether there is such a workspace.
  if (missing === undefined || !gateway.workspacesKnown) return [...new Set(chosen)];
  throw new KongBackupError('workspace-missing', {
    place: target.environment.name,
    reason: `The gateway has no workspace "${missing}"; it has ${gateway.workspaces.join(', ')}.`,
    remedy: 'Correct the workspaces of the environment.',
  });
}

const defaultFirst = (workspaces: readonly string[]): string[] => [
  ...workspaces.filter((name) => name === defaultWorkspace),
  ...workspaces.filter((name) => name !== defaultWorkspace).sort(),
];

const unknownWorkspaces = ({ target, workspaces }: BackupRequest, gateway: GatewayInfo): Gap[] =>
  unlistedWorkspaces(gateway, workspaces ?? target.environment.workspaces);

export function heldBy({ kind: part, counts, workspace, driver }: PartRecord): Held[] {
  return Object.entries(counts).map(([kind, count]): Held => ({
    part,
    kind,
    ...(workspace !== undefined && { workspace }),
    count,
    driver: driver.id,
  }));
}

/**
 * What a person should know of the snapshot on the day it is made, not on the day it is needed.
 * @param validates false for what is kept for the way back only: the gateway holds it as it is.
 */
export async function judge(
  parts: FactsSources,
  target: Target,
  gateway: GatewayInfo,
  taken: readonly TakenWorkspace[],
  context: OperationContext,
  validates = true,
): Promise<SnapshotWarning[]> {
  const judged = taken.flatMap(({ file }) => file.entities.filter(({ kind }) => validates || loginKinds.has(kind)));
  const facts = await gatewayFacts(parts, target, gateway, judged, context);
  const warnings: SnapshotWarning[] = unknownVersion(gateway, parts.shipped);
  for (const { part, gaps, text, file, document } of taken) {
    const workspace = part.workspace ?? '';
    throwIfCancelled(context.signal, workspace);
    context.report({ step: 'validate', subject: workspace });
    const { diagnostics } = validates
      ? validateDocument(document ?? readDocument(text), { kind: 'deck', facts })
      : { diagnostics: [] };
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    for (const { code, message, path } of errors.slice(0, mostFindings)) {
      warnings.push({ code, message: path ? `${path}: ${message}` : message, workspace });
    }
    for (const { path, message } of file.problems) {
      warnings.push({ code: 'not-restorable', message: `${path}: ${message} A restore would be refused.`, workspace });
    }
    const logins = file.entities.filter(({ kind }) => loginKinds.has(kind));
    if (logins.some(({ kind }) => kind !== 'consumers')) {
      const plan = planWorkspace({ workspace, exists: false, desired: logins, live: [], facts });
      warnings.push(...groupedCredentialWarnings(plan).map((each) => ({ ...each, workspace })));
    }
    for (const { kind, reason } of gaps) {
      warnings.push({ code: 'not-held', message: reason, workspace, ...(kind !== undefined && { kind }) });
    }
  }
  return warnings;
}
