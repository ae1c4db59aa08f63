import type { OperationContext } from '../core/context.js';
import type { Coverage, Gap, Held } from '../core/coverage.js';
import type { EntityDriver, EntityReader, GatewayProbe } from '../core/driver.js';
import { defaultWorkspace, type GatewayInfo, type Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import { writeError } from '../core/fileErrors.js';
import { formatVersion, type Manifest, type SnapshotWarning } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { credentialWarnings } from '../estate/credentialWarnings.js';
import { planWorkspace } from '../estate/plan.js';
import { validate } from '../language/validate.js';
import { usableEngines } from './engines.js';
import { type FactsSources, gatewayFacts, unknownVersion } from './gatewayFacts.js';
import { partsNotTaken } from './partsNotTaken.js';
import { type TakenWorkspace, takeWorkspace } from './takeWorkspace.js';

/** What a backup is made with. */
export interface BackupParts extends FactsSources {
  store: SnapshotStore;
  drivers: readonly EntityDriver[];
  reader: EntityReader;
  probe: GatewayProbe;
  /** The product, for the manifest. */
  tool: { name: string; version: string };
}

export interface BackupRequest {
  target: Target;
  /** The environment's when absent; all that the gateway has when it names none. */
  workspaces?: readonly string[];
  label?: string;
  note?: string;
  /** For a safety snapshot: the snapshot whose restore it guards. */
  guards?: string;
  /** For a safety snapshot: as in the manifest. */
  boundTags?: readonly string[];
}

/** Kinds whose secrets a gateway keeps as hashes, and what they belong to. */
const loginKinds = new Set(['consumers', 'basicauth_credentials', 'oauth2_credentials']);

/** So many findings of the validation are kept in a manifest. */
const mostFindings = 20;

/**
 * Takes a snapshot: it exists when this returns, and not at all when this throws.
 * @throws KongBackupError `gateway-*`, `tool-*`, `workspace-missing`, `store-*`, `cancelled`.
 */
export async function backup(parts: BackupParts, request: BackupRequest, context: OperationContext): Promise<Manifest> {
  const { target } = request;
  const { environment } = target;
  const begun = new Date();
  const gateway = await probeGateway(parts.probe, target, context);
  const workspaces = chooseWorkspaces(request, gateway);
  const engines = await usableEngines(parts.drivers, target, context);
  const staging = await parts.store.stage(environment.name);
  try {
    const taken: TakenWorkspace[] = [];
    for (const [done, workspace] of workspaces.entries()) {
      context.report({ step: 'read', subject: workspace, done, total: workspaces.length });
      const take = { target, workspace, engines, reader: parts.reader, directory: staging.directory };
      taken.push(await takeWorkspace(take, context));
    }
    const warnings = [
      ...unknownWorkspaces(request, gateway).map(({ reason }) => ({ code: 'workspaces-unknown', message: reason })),
      ...(await judge(parts, target, gateway, taken, context)),
    ];
    throwIfCancelled(context.signal, environment.name);
    context.report({ step: 'publish', subject: environment.name });
    return await staging.publish({
      formatVersion,
      environment: {
        id: environment.id,
        name: environment.name,
        adminUrl: environment.adminUrl,
        ...(environment.group !== undefined && { group: environment.group }),
      },
      gateway: {
        version: gateway.version,
        edition: gateway.edition,
        mode: gateway.mode,
        hostname: gateway.hostname,
        database: gateway.database,
      },
      tool: parts.tool,
      createdAt: begun.toISOString(),
      duration: Date.now() - begun.getTime(),
      workspaces,
      ...(environment.selectTags && { selectTags: environment.selectTags }),
      parts: taken.map(({ part }) => part),
      coverage: coverageOf(gateway, taken, unknownWorkspaces(request, gateway)),
      warnings,
      ...(request.label !== undefined && { label: request.label }),
      ...(request.note !== undefined && { note: request.note }),
      ...(request.guards !== undefined && { guards: request.guards }),
      ...(request.boundTags && { boundTags: [...request.boundTags] }),
    });
  } catch (error) {
    await staging.discard();
    throw writeError(error, parts.store.location);
  }
}

export async function probeGateway(
  probe: GatewayProbe,
  target: Target,
  context: OperationContext,
): Promise<GatewayInfo> {
  throwIfCancelled(context.signal, target.environment.name);
  context.report({ step: 'probe', subject: target.environment.name });
  return probe.probe(target, context);
}

function chooseWorkspaces({ target, workspaces }: BackupRequest, gateway: GatewayInfo): string[] {
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

/** A gap when nobody knows what other workspaces there are, and nobody said which ones are meant. */
export function unlistedWorkspaces(gateway: GatewayInfo, named: readonly string[] | undefined): Gap[] {
  if (gateway.workspacesKnown || named) return [];
  return [
    {
      part: 'entities',
      reason: `The gateway does not list its workspaces to this token: only ${gateway.workspaces.join(', ')} was read.`,
      remedy: 'Give the token the right to list workspaces, or name the workspaces in the environments file.',
    },
  ];
}

function coverageOf(gateway: GatewayInfo, taken: readonly TakenWorkspace[], unknown: readonly Gap[]): Coverage {
  const held = taken.flatMap(({ part }) =>
    Object.entries(part.counts).map(([kind, count]): Held => {
      const { kind: name, workspace, driver } = part;
      return { part: name, kind, ...(workspace !== undefined && { workspace }), count, driver: driver.id };
    }),
  );
  return { held, notHeld: [...unknown, ...taken.flatMap(({ gaps }) => gaps), ...partsNotTaken(gateway)] };
}

/** What a person should know of the snapshot on the day it is made, not on the day it is needed. */
async function judge(
  parts: BackupParts,
  target: Target,
  gateway: GatewayInfo,
  taken: readonly TakenWorkspace[],
  context: OperationContext,
): Promise<SnapshotWarning[]> {
  const facts = await gatewayFacts(parts, target, gateway, entitiesOf(taken), context);
  const warnings: SnapshotWarning[] = unknownVersion(gateway, parts.shipped);
  for (const { part, gaps, text, file } of taken) {
    const workspace = part.workspace ?? '';
    throwIfCancelled(context.signal, workspace);
    context.report({ step: 'validate', subject: workspace });
    const { diagnostics } = validate({ text, kind: 'deck', facts });
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    for (const { code, message, path } of errors.slice(0, mostFindings)) {
      warnings.push({ code, message: path ? `${path}: ${message}` : message, workspace });
    }
    for (const { path, message } of file.problems) {
      warnings.push({ code: 'not-restorable', message: `${path}: ${message} A restore would be refused.`, workspace });
    }
    const logins = file.entities.filter(({ kind }) => loginKinds.has(kind));
    const plan = planWorkspace({ workspace, exists: false, desired: logins, live: [], facts });
    for (const { code, message, kind } of credentialWarnings(plan)) warnings.push({ code, message, workspace, kind });
    for (const { kind, reason } of gaps) {
      warnings.push({ code: 'not-held', message: reason, workspace, ...(kind !== undefined && { kind }) });
    }
  }
  return warnings;
}

function* entitiesOf(taken: readonly TakenWorkspace[]) {
  for (const { file } of taken) yield* file.entities;
}
