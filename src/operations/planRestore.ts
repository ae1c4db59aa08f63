import type { Plan, RestoreChoice } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { EntityReader, GatewayProbe } from '../core/driver.js';
import type { Environment, GatewayInfo, Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { LineFiles } from '../core/lineFiles.js';
import type { Counts, Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { planChooser } from '../estate/choosePlan.js';
import { countKinds } from '../estate/countKinds.js';
import type { Entity } from '../estate/entity.js';
import type { SchemaFacts } from '../schema/facts.js';
import { probeGateway } from './probeTarget.js';
import { type FactsSources, gatewayFacts, unknownVersion } from './gatewayFacts.js';
import { type ChosenRestore, restoreChooser } from './planChoice.js';
import { defaultMode, differencesOfPlace, type RestoreWarning, workspacesLeft } from './planWarnings.js';
import { type OverrideHits, overridesFor } from './planOverrides.js';
import { planWorkspaces, type WorkspaceSides } from './planWorkspaces.js';
import { withShared } from './sharedEntities.js';
import { planTaken, sidesOfTaken, takenBack } from './takenBack.js';
import { type HeldWorkspace, readSnapshotEntities } from './snapshotEntities.js';

export interface PlanParts extends FactsSources {
  store: SnapshotStore;
  reader: EntityReader;
  probe: GatewayProbe;
  /** Where journals of restores are kept; needed to take one back. */
  journals?: LineFiles;
}

export type { RestoreWarning } from './planWarnings.js';

export interface PlanRestoreRequest extends Partial<RestoreChoice> {
  /** Id of a whole snapshot. */
  snapshot: string;
  target: Target;
  /** All that the snapshot holds when absent. */
  workspaces?: readonly string[];
  /** Whether other parts of the snapshot may be damaged: then only the files that are read are held to their checksums. */
  entitiesOnly?: boolean;
  /** What the same request read of the snapshot a moment ago: then neither its checksums nor its files are read again. */
  held?: HeldWorkspace[];
  /** Id of the restore that is undone: what it made is deleted, workspaces of its own with it. */
  takesBack?: string;
}

/** A plan, and what it was made from. */
export interface PlannedRestore extends ChosenRestore {
  snapshot: Manifest;
  gateway: GatewayInfo;
  /** All that differs, whatever the choice. */
  whole: Plan;
  /** The same plan with another choice; nobody is asked anything again. */
  choose(choice: RestoreChoice): ChosenRestore;
  held: HeldWorkspace[];
  /** What the snapshot speaks of and the gateway did not show: nobody knows whether it differs. */
  unread: Gap[];
  facts: SchemaFacts;
  /** Set when not all of the snapshot may be written: only what has all of these tags is changed. */
  boundTags?: string[];
  /** What the environment has other than the one the snapshot comes from, and how often that made a difference. */
  overrides: OverrideHits[];
  /** How much of each kind was read, by workspace. */
  liveCounts: ReadonlyMap<string, Counts>;
  /** How many memberships of consumer groups the gateway has now. */
  memberships: number;
}

/**
 * What a restore would change. Nothing is contacted before the snapshot has proved to be whole, and nothing is written.
 * @throws KongBackupError `environment-read-only`, `snapshot-*`, `file-invalid`, `gateway-*`, `workspace-missing`.
 */
export async function planRestore(
  parts: PlanParts,
  { snapshot: id, target, workspaces, entitiesOnly = false, held: known, takesBack, ...asked }: PlanRestoreRequest,
  context: OperationContext,
): Promise<PlannedRestore> {
  const { environment } = target;
  refuseReadOnly(environment);
  context.report({ step: 'checksum', subject: id });
  const snapshot = await parts.store.manifest(id);
  if (!entitiesOnly && !known) await parts.store.check(id, context.signal);
  const warnings: RestoreWarning[] = [];
  const wanted = boundWorkspaces(snapshot, environment, workspaces, warnings);
  const held = known ?? (await readSnapshotEntities(parts.store, snapshot, wanted));
  for (const each of held) refuseUnclear(each, snapshot);

  const gateway = await probeGateway(parts.probe, target, context);
  context.report({ step: 'preflight', subject: environment.name });
  refuseWithoutDatabase(environment, gateway);
  const missing = held.filter(({ workspace }) => !mayHave(gateway, workspace));
  refuseNewWorkspaces(environment, gateway, missing);

  if (held.length > 0) warnings.unshift(...differencesOfPlace(snapshot, environment, gateway));
  const [sides, unread]: [WorkspaceSides[], Gap[]] = [[], []];
  const overrides = overridesFor(snapshot, environment);
  for (const [done, each] of held.entries()) {
    throwIfCancelled(context.signal, environment.name);
    context.report({ step: 'plan', subject: each.workspace, done, total: held.length });
    const side = await readSides(parts.reader, target, each, gateway, { warnings, unread }, context);
    sides.push({ ...side, desired: overrides.apply(side.desired, each.workspace) });
  }
  const taken = takesBack !== undefined && parts.journals ? await takenBack(parts.journals, takesBack) : undefined;
  const names = held.map(({ workspace }) => workspace);
  const takenSides = taken ? await sidesOfTaken(parts.reader, { target, gateway, taken, held: names }, context) : [];
  sides.push(...takenSides);
  const touched = [...names, ...(taken?.workspaces ?? [])];
  if (held.length > 0) warnings.push(...workspacesLeft(snapshot, environment, gateway, touched));
  const facts = await gatewayFacts(parts, target, gateway, allEntities(sides), context);
  warnings.push(...unknownVersion(gateway, parts.shipped));
  const boundTags = tagsToKeepTo(snapshot, environment);
  const seen = await withShared(parts.reader, sides, { target, gateway, facts }, context);
  const planned = planWorkspaces(seen, {
    facts,
    ...(snapshot.selectTags && held.length > 0 && { selectTags: snapshot.selectTags }),
    ...(taken && { made: taken.made }),
    ...(boundTags && { boundTags }),
    // An environment that names its workspaces may have a token that sees no others.
    deleteGatewayWide:
      environment.workspaces === undefined &&
      gateway.workspacesKnown &&
      gateway.workspaces.every((workspace) => held.some((each) => each.workspace === workspace)),
  });
  warnings.push(...planTaken(planned.plan, takenSides, gateway), ...overrides.warnings());
  const live = seen.flatMap((side) => side.live);
  const choose = restoreChooser({
    environment,
    gateway,
    planned,
    choose: planChooser(planned.plan, live, facts, taken?.made),
    live: live.length,
    named: { plan: planned.plan, sides: seen, facts },
    warnings,
    isOverridden: overrides.isAny(),
    ...(boundTags && { boundTags }),
  });
  const { mode = defaultMode(snapshot, sides), ...picked } = asked;
  const chosen = choose({ mode, ...picked }, asked.mode === undefined && mode !== 'exact');
  return {
    ...chosen,
    snapshot,
    gateway,
    whole: planned.plan,
    choose: (choice) => choose(choice, false),
    held,
    unread,
    facts,
    overrides: overrides.hits(),
    ...(taken && { notByFile: chosen.notByFile ?? 'what a restore made is taken back.' }),
    liveCounts: new Map(sides.map(({ workspace, live: all }) => [workspace, countKinds(all)])),
    memberships: live.filter(({ kind }) => kind === 'consumer_group_consumers').length,
    ...(boundTags && { boundTags }),
  };
}

/** Where the gateway doesn't list its workspaces, one that it does not name may be there. */
const mayHave = ({ workspaces, workspacesKnown }: GatewayInfo, workspace: string): boolean =>
  !workspacesKnown || workspaces.includes(workspace);

/** What the environment's tags and the snapshot's have in common; undefined when the snapshot's are narrow enough. */
function tagsToKeepTo(snapshot: Manifest, { selectTags = [] }: Environment): string[] | undefined {
  const tags = [...new Set([...(snapshot.boundTags ?? []), ...selectTags])];
  return tags.every((tag) => snapshot.selectTags?.includes(tag)) ? undefined : tags;
}

/** The environment's workspaces bound what is written: the others of the snapshot are left out, and named. */
function boundWorkspaces(
  snapshot: Manifest,
  { name, workspaces: allowed }: Environment,
  asked: readonly string[] | undefined,
  warnings: RestoreWarning[],
): readonly string[] | undefined {
  if (!allowed) return asked;
  const wanted =
    asked ?? snapshot.parts.flatMap(({ kind, workspace }) => (kind === 'entities' ? (workspace ?? []) : []));
  const left = wanted.filter((workspace) => !allowed.includes(workspace));
  if (left.length === 0) return asked;
  if (left.length === wanted.length) {
    throw new KongBackupError('workspace-missing', {
      place: name,
      reason: `The environment is for ${allowed.join(', ')}, and this is about ${left.join(', ')}.`,
      remedy: 'Choose another environment, or add the workspace to this one.',
    });
  }
  const message = `The environment is for ${allowed.join(', ')}: ${left.join(', ')} of the snapshot is left out.`;
  warnings.push({ code: 'workspaces-left-out', message });
  return wanted.filter((workspace) => allowed.includes(workspace));
}

async function readSides(
  reader: EntityReader,
  target: Target,
  { workspace, file, unknownKinds, partKinds, lacksFields }: HeldWorkspace,
  gateway: GatewayInfo,
  found: { warnings: RestoreWarning[]; unread: Gap[] },
  context: OperationContext,
): Promise<WorkspaceSides> {
  const exists = mayHave(gateway, workspace);
  // All of it, whatever its tags: what is not selected can still stand in the way.
  const live = exists ? await reader.read(target, workspace, {}, context) : { entities: [], gaps: [] };
  const unknown = new Set(unknownKinds);
  const unread = new Set<string>();
  for (const gap of live.gaps) {
    const { kind, part, reason } = gap;
    if (kind !== undefined) unknown.add(kind);
    // Other parts, such as issued tokens, are not what a plan is about.
    if (part === 'entities') {
      if (kind !== undefined) unread.add(kind);
      if (kind === undefined || !unknownKinds.has(kind)) found.unread.push({ ...gap, workspace });
    }
    const message = `${workspace}: ${kind ?? 'something'} is left as it is: ${reason}`;
    found.warnings.push({ code: 'not-read', message });
  }
  for (const kind of unknownKinds) {
    const message = `${workspace}: the snapshot does not hold ${kind}; what the gateway has of it stays.`;
    found.warnings.push({ code: 'not-held', message });
  }
  for (const kind of partKinds) {
    const message = `${workspace}: the snapshot holds ${kind} only in part; none of them is deleted.`;
    found.warnings.push({ code: 'held-in-part', message });
  }
  if (lacksFields) {
    const message = `${workspace}: the snapshot was taken by a decK that drops newer fields, such as whether a service is enabled. What it does not name is left as it is; what is created gets defaults.`;
    found.warnings.push({ code: 'fields-not-held', message });
  }
  const kinds = { unknownKinds: unknown, unread, partKinds };
  return { workspace, exists, desired: file.entities, live: live.entities, ...kinds, lacksFields };
}

/** Of a kind that is not shown, its schema at least is to be known: it says what the kind refers to. */
function* allEntities(sides: readonly WorkspaceSides[]): Generator<Entity> {
  for (const { desired, live, unread = [] } of sides) {
    yield* desired;
    yield* live;
    for (const kind of unread) yield { kind, fields: {} };
  }
}

function refuseReadOnly(environment: Environment): void {
  if (!environment.readOnly) return;
  throw new KongBackupError('environment-read-only', {
    place: environment.name,
    reason: 'The environment is marked readOnly: it is backed up and never written.',
    remedy: 'Restore into another environment, or take readOnly out of the environments file.',
  });
}

function refuseUnclear({ part, file, workspace }: HeldWorkspace, snapshot: Manifest): void {
  const [problem] = file.problems;
  if (!problem) return;
  throw new KongBackupError('file-invalid', {
    place: `${snapshot.id}/${part.files[0]?.path ?? workspace}: ${problem.path}`,
    reason: problem.message,
    remedy: 'Choose another snapshot.',
  });
}

function refuseWithoutDatabase(environment: Environment, gateway: GatewayInfo): void {
  if (gateway.mode !== 'dbless' && environment.mode !== 'dbless') return;
  throw new KongBackupError('gateway-read-only-mode', {
    place: environment.name,
    reason: 'The gateway has no database: entities cannot be written one by one.',
    remedy:
      'Restore the declarative file instead: --part declarative-file. Of a snapshot without one: --part entities --choose convert=true makes it of the entities. Or restore into a gateway with a database.',
  });
}

function refuseNewWorkspaces(environment: Environment, gateway: GatewayInfo, missing: readonly HeldWorkspace[]): void {
  const [first] = missing;
  if (!first || gateway.edition === 'enterprise') return;
  throw new KongBackupError('workspace-missing', {
    place: environment.name,
    reason: `The gateway has no workspace "${first.workspace}", and an open-source gateway can't be given one.`,
    remedy: `Restore only the workspaces it has: ${gateway.workspaces.join(', ')}.`,
  });
}
