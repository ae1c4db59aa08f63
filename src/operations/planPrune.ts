import type { OperationContext } from '../core/context.js';
import { isUnknown } from '../core/coverage.js';
import type { RetentionSection } from '../core/environmentSections.js';
import { milliseconds } from '../core/fieldChecks.js';
import {
  defaultGrace,
  defaultMinimum,
  type KeepReason,
  nothingButForgotten,
  planRetention,
  type RetentionCandidate,
  type RetentionDecision,
} from '../core/retention.js';
import { type CatalogueEntry, isBetweenStates, type Manifest } from '../core/snapshot.js';
import { isPinned } from './keepSnapshots.js';
import { type VerifyParts, verifySnapshot } from './verifySnapshot.js';

export interface PruneRequest {
  /** By the environment's stable id. Of the others only what a person let go is deleted. */
  policies: ReadonlyMap<string, RetentionSection>;
  /** Only these environments, by their stable id; all when absent. */
  only?: ReadonlySet<string>;
  /** The folders of those: of what is not whole nothing else tells whose it is. */
  folders?: ReadonlySet<string>;
  /** Says what it would do, and changes nothing. */
  dryRun: boolean;
}

/** What is done with one snapshot. `wait`: it was let go, and its grace time is not over. */
export type PruneAction = 'keep' | 'forget' | 'wait' | 'delete';

export interface PruneLine {
  id: string;
  /** Name of the environment when the snapshot was taken. */
  environment: string;
  createdAt: string;
  label?: string;
  action: PruneAction;
  /** Why it stays. */
  reasons: KeepReason[];
  /** From when on a prune deletes it. ISO 8601, UTC. */
  deleteAfter?: string;
}

/** A verification that is older says little of a disk of today. */
const proofLasts = milliseconds('7d');

type Whole = CatalogueEntry & { manifest: Manifest };

/**
 * What a prune does with each snapshot, and why. The newest ones are verified first, as many as must stay: the new one is proved
 * before an old one goes.
 */
export async function planPrune(
  parts: VerifyParts,
  entries: readonly CatalogueEntry[],
  request: PruneRequest & { now: Date },
  context: OperationContext,
): Promise<PruneLine[]> {
  const lines: PruneLine[] = [];
  for (const [environment, group] of groupsOf(entries)) {
    if (request.only && !request.only.has(environment)) continue;
    const policy = request.policies.get(environment);
    // Without a policy there is nothing to do unless a person let something go.
    if (!policy && !group.some(({ state }) => state?.forgotten)) continue;
    lines.push(...(await planGroup(parts, group, policy, request, context)));
  }
  return lines.sort((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0));
}

async function planGroup(
  parts: VerifyParts,
  group: readonly Whole[],
  policy: RetentionSection | undefined,
  { now, dryRun }: PruneRequest & { now: Date },
  context: OperationContext,
): Promise<PruneLine[]> {
  const candidates = group.map((entry) => candidateOf(entry, now));
  await proveNewest(parts, candidates, policy?.minimum ?? defaultMinimum, { now, record: !dryRun }, context);
  const decisions = planRetention(policy ?? nothingButForgotten(), candidates, now);
  return decisions.flatMap((decision) => {
    const entry = group.find(({ id }) => id === decision.id);
    return entry ? [lineOf(entry, decision, policy, now)] : [];
  });
}

function lineOf(
  entry: Whole,
  { id, keep, reasons }: RetentionDecision,
  policy: RetentionSection | undefined,
  now: Date,
): PruneLine {
  const { environment, createdAt } = entry.manifest;
  const label = labelOf(entry);
  const line = { id, environment: environment.name, createdAt, ...(label !== undefined && { label }), reasons };
  const forgotten = entry.state?.forgotten;
  if (keep) return { ...line, action: 'keep' };
  if (forgotten) {
    return { ...line, action: isOver(entry, now) ? 'delete' : 'wait', deleteAfter: forgotten.deleteAfter };
  }
  return { ...line, action: 'forget', deleteAfter: deleteAfterOf(policy ?? {}, now) };
}

function groupsOf(entries: readonly CatalogueEntry[]): Map<string, Whole[]> {
  const groups = new Map<string, Whole[]>();
  for (const entry of entries) {
    if (!entry.manifest) continue;
    const { id } = entry.manifest.environment;
    groups.set(id, [...(groups.get(id) ?? []), entry]);
  }
  return groups;
}

const labelOf = ({ manifest, state }: Whole): string | undefined =>
  state?.described ? state.described.label : manifest.label;

function candidateOf(entry: Whole, now: Date): RetentionCandidate {
  const { id, manifest, state } = entry;
  const label = labelOf(entry);
  return {
    id,
    environment: manifest.environment.id,
    createdAt: manifest.createdAt,
    ...(label !== undefined && { label }),
    pinned: isPinned(entry),
    isGuard: manifest.guards !== undefined,
    isForgotten: state?.forgotten !== undefined,
    condition: conditionOf(entry, now),
  };
}

function conditionOf({ manifest, state }: Whole, now: Date): RetentionCandidate['condition'] {
  if (state?.verified?.result === 'damaged') return 'damaged';
  if ((manifest.failures ?? []).length > 0 || manifest.coverage.notHeld.some(isUnknown)) return 'partial';
  if (isBetweenStates(manifest)) return 'partial';
  const age = now.getTime() - Date.parse(state?.verified?.at ?? '');
  return age >= 0 && age <= proofLasts ? 'verified' : 'whole';
}

/** Changes the conditions of what it looked at. */
async function proveNewest(
  parts: VerifyParts,
  candidates: RetentionCandidate[],
  minimum: number,
  { now, record }: { now: Date; record: boolean },
  context: OperationContext,
): Promise<void> {
  const counted = candidates
    .filter(({ createdAt }) => Date.parse(createdAt) <= now.getTime())
    .filter(({ isGuard, isForgotten }) => !isGuard && !isForgotten)
    .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
  let proofs = 0;
  for (const candidate of counted) {
    if (proofs === minimum) return;
    if (candidate.condition === 'whole') {
      const { result } = await verifySnapshot(parts, candidate.id, { depth: 'quick', record }, context);
      candidate.condition = result === 'whole' ? 'verified' : 'damaged';
    }
    if (candidate.condition === 'verified') proofs++;
  }
}

/** Whether its grace time is over. A forget from the future says that a clock was wrong: it waits. */
export function isOver({ state }: CatalogueEntry, now: Date): boolean {
  const { at, deleteAfter } = state?.forgotten ?? {};
  if (at === undefined || deleteAfter === undefined) return false;
  return Date.parse(at) <= now.getTime() && Date.parse(deleteAfter) <= now.getTime();
}

const deleteAfterOf = ({ grace = defaultGrace }: RetentionSection, now: Date): string =>
  new Date(now.getTime() + milliseconds(grace)).toISOString();
