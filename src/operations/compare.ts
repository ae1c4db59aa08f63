import type { Plan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { SchemaFacts } from '../schema/facts.js';
import { differingEntities } from './compareText.js';
import {
  type CompareParts,
  type CompareSide,
  type FileSide,
  noEntities,
  readFileSide,
  readLive,
  readOffline,
  type SideEstate,
} from './compareSides.js';
import { gatewayFacts } from './gatewayFacts.js';
import { explainSame, type SameMeaning } from '../estate/explain.js';
import { withChanges } from '../estate/order.js';
import { planWorkspaces } from './planWorkspaces.js';

export type { CompareParts, CompareSide } from './compareSides.js';

/** What a comparison found, and what it can't speak of. */
export interface Comparison {
  plan: Plan;
  /** What one side does not show: it may differ or not. */
  unknown: Gap[];
  /** Workspaces of which only one side is known. Those beside the workspace of a file don't count: it is about one only. */
  notCompared: string[];
  /** Only what has all of these tags was compared. */
  selectTags?: string[];
  /** What reads differently and is no difference, where that was asked for. */
  same?: SameMeaning[];
  /** The one workspace that is compared because one side alone names it: of the other there is more. */
  narrowedTo?: string;
}

export interface CompareOptions {
  /** Whether to tell, too, what reads differently and is no difference. Then all of both sides is read. */
  explain?: boolean;
}

/** What would have to change for `from` to become `to`. @throws KongBackupError `snapshot-*`, `file-*`, `gateway-*`. */
export async function compare(
  parts: CompareParts,
  from: CompareSide,
  to: CompareSide,
  context: OperationContext,
  options: CompareOptions = {},
): Promise<Comparison> {
  // Files and snapshots first: nothing is contacted when one of them can't be read.
  const offline = await Promise.all(
    [from, to].map((side) => ('target' in side ? undefined : readOffline(parts, side, context))),
  );
  // What is wrong with a file is known before a gateway is asked; two that are here need not be read where they are equal.
  if (offline.includes(undefined)) {
    for (const side of offline) side?.workspaces.forEach((content) => content.entities());
  }
  const sides: [SideEstate, SideEstate] = [
    // What is in the way counts on the side that would be changed, whatever its tags.
    offline[0] ?? (await readLive(parts, from as { target: Target }, undefined, context)),
    offline[1] ?? (await readLive(parts, to as { target: Target }, scopeOf(to, offline[0]), context)),
  ];
  const selectTags = offline[0]?.selectTags ?? offline[1]?.selectTags;
  const factsOf = (before: SideEstate, after: SideEstate) => factsFor(parts, before, after, context);
  return compareEstates({ from, to, sides, factsOf, ...(selectTags && { selectTags }), ...options });
}

/** As `compare`, of two files: nothing else has to be known. @throws KongBackupError `file-*`. */
export async function compareFiles(
  parts: Pick<CompareParts, 'shipped'>,
  from: FileSide,
  to: FileSide,
  context: OperationContext,
  options: CompareOptions = {},
): Promise<Comparison> {
  throwIfCancelled(context.signal, from.file);
  const newest = await parts.shipped.facts(parts.shipped.versions.at(-1) ?? '');
  const sides = await Promise.all([readFileSide(from, newest), readFileSide(to, newest)]);
  return compareEstates({ from, to, sides, factsOf: () => Promise.resolve(newest), ...options });
}

interface ReadSides extends CompareOptions {
  from: CompareSide;
  to: CompareSide;
  sides: [SideEstate, SideEstate];
  /** Instead of those that the sides name. */
  selectTags?: readonly string[];
  factsOf(before: SideEstate, after: SideEstate): Promise<SchemaFacts>;
}

async function compareEstates({ from, to, sides, explain = false, factsOf, ...given }: ReadSides): Promise<Comparison> {
  const [before, after] = oneName(from, to, sides);
  const names = workspacesOf(before, after);
  const compared = names.filter((name) => isKnown(before, name) && isKnown(after, name));
  const gaps = [...before.gaps, ...after.gaps];
  const unknown = gaps.filter(({ workspace }) => workspace === undefined || compared.includes(workspace));
  const facts = await factsOf(before, after);
  const read = compared.map((workspace) => {
    const unknownKinds = new Set(gaps.flatMap((gap) => (gap.workspace === workspace ? (gap.kind ?? []) : [])));
    const [was, is] = [before, after].map(({ workspaces }) => workspaces.get(workspace) ?? noEntities);
    const rules = { workspace, facts };
    const isWhole = explain || unknownKinds.size > 0;
    const differing = isWhole ? undefined : differingEntities(was ?? noEntities, is ?? noEntities, rules);
    const entities = differing ?? {
      live: (was ?? noEntities).entities(),
      desired: (is ?? noEntities).entities(),
      equal: 0,
      changes: [],
    };
    return { workspace, exists: before.workspaces.has(workspace), unknownKinds, ...entities };
  });
  const selectTags = given.selectTags ?? before.selectTags ?? after.selectTags;
  const tags = selectTags && { selectTags: [...selectTags] };
  const { plan } = planWorkspaces(read, { facts, ...tags, deleteGatewayWide: true, keepNothing: true });
  plan.workspaces.forEach((workspace, index) => {
    workspace.unchanged += read[index]?.equal ?? 0;
    workspace.changes = withChanges(workspace.changes, read[index]?.changes ?? [], facts);
  });
  const narrowedTo = narrowed(from, to, sides);
  return {
    plan,
    unknown,
    notCompared: names.filter((name) => !compared.includes(name)),
    ...tags,
    ...(explain && { same: read.flatMap(({ live, desired }) => explainSame(desired, live, facts)) }),
    ...(narrowedTo !== undefined && { narrowedTo }),
  };
}

/** Named on one side alone, a workspace is all that is compared of the other, which may not be what was meant. */
function narrowed(from: CompareSide, to: CompareSide, sides: readonly SideEstate[]): string | undefined {
  if ((from.workspace === undefined) === (to.workspace === undefined)) return undefined;
  const [name, other] = from.workspace === undefined ? [to.workspace, sides[0]] : [from.workspace, sides[1]];
  return other && other.isFile !== true && other.workspaces.size > 1 ? name : undefined;
}

/** Where one workspace was named on a side, the other side's goes by that name. */
function oneName(from: CompareSide, to: CompareSide, sides: [SideEstate, SideEstate]): [SideEstate, SideEstate] {
  if (from.workspace === undefined && to.workspace === undefined) return sides;
  const own = sides.map((side, index) => {
    const given = (index === 0 ? from : to).workspace;
    return given ?? (side.isFile ? [...side.workspaces.keys()][0] : undefined);
  });
  const name = own[0] ?? own[1] ?? '';
  return sides.map((side, index) => only(side, own[index] ?? name, name)) as [SideEstate, SideEstate];
}

function only(side: SideEstate, workspace: string, name: string): SideEstate {
  const content = side.workspaces.get(workspace);
  if (!content && side.partial) {
    throw new KongBackupError('workspace-missing', {
      place: workspace,
      reason: 'Only one of the two sides holds this workspace.',
      remedy: 'Name the workspaces of both sides, as in A@ONE B@OTHER.',
    });
  }
  const gaps = side.gaps.filter((gap) => gap.workspace === undefined || gap.workspace === workspace);
  return {
    ...side,
    workspaces: new Map(content ? [[name, content]] : []),
    gaps: gaps.map((gap) => (gap.workspace === undefined ? gap : { ...gap, workspace: name })),
  };
}

function workspacesOf(...sides: SideEstate[]): string[] {
  const file = sides.find(({ isFile }) => isFile);
  return [...new Set((file ? [file] : sides).flatMap(({ workspaces }) => [...workspaces.keys()]))];
}

const scopeOf = (side: CompareSide, other: SideEstate | undefined): readonly string[] | undefined =>
  other?.selectTags ?? ('target' in side ? side.target.environment.selectTags : undefined);

const isKnown = ({ workspaces, partial }: SideEstate, name: string): boolean => !partial || workspaces.has(name);

async function factsFor(
  parts: CompareParts,
  before: SideEstate,
  after: SideEstate,
  context: OperationContext,
): Promise<SchemaFacts> {
  const live = before.live ?? after.live;
  if (!live) return parts.shipped.facts(before.version ?? after.version ?? parts.shipped.versions.at(-1) ?? '');
  const entities = [before, after].flatMap(({ workspaces }) =>
    [...workspaces.values()].flatMap((each) => each.entities()),
  );
  return gatewayFacts(parts, live.target, live.gateway, entities, context);
}
