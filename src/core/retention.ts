import type { RetentionSection } from './environmentSections.js';
import { KongBackupError } from './errors.js';
import { duration, milliseconds } from './fieldChecks.js';

/** Why a snapshot stays. The first row are rules of the policy, the second what no policy may remove. */
export const keepReasons = [
  ...(['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'within', 'label'] as const),
  ...(['pinned', 'last-good', 'minimum', 'future', 'safety', 'damaged'] as const),
] as const;
export type KeepReason = (typeof keepReasons)[number];

/** What a policy looks at. */
export interface RetentionCandidate {
  id: string;
  /** The environment's stable id: a renamed environment keeps its history. */
  environment: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  label?: string;
  pinned?: boolean;
  /** A safety snapshot: no rule is about it. */
  isGuard?: boolean;
  /** Already to be deleted: it counts for nothing. */
  isForgotten?: boolean;
  /**
   * `verified`: whole, and proved to be. `whole`: nothing is known against it. `partial`: it lacks what it should hold, or was
   * taken in the middle of a restore.
   * `damaged`: it is not what it was.
   */
  condition: 'verified' | 'whole' | 'partial' | 'damaged';
}

export interface RetentionDecision {
  id: string;
  keep: boolean;
  /** Empty when it goes. */
  reasons: KeepReason[];
}

export const defaultMinimum = 1;
export const defaultGrace = '7d';

/**
 * Which snapshots a policy keeps, in restic's words, environment by environment. All times are UTC.
 * Nothing of an environment goes while fewer than `minimum` verified ones would stay.
 * @returns one decision a snapshot, newest first.
 * @throws KongBackupError `retention-invalid` when the policy keeps nothing by itself.
 */
export function planRetention(
  policy: RetentionSection,
  snapshots: readonly RetentionCandidate[],
  now: Date,
): RetentionDecision[] {
  refuseEmpty(policy);
  const reasons = new Map<string, Set<KeepReason>>(snapshots.map(({ id }) => [id, new Set()]));
  const byRule = new Set<string>();
  const keep = ({ id }: RetentionCandidate, reason: KeepReason): void => void reasons.get(id)?.add(reason);
  for (const group of groupsOf(snapshots)) {
    const past = group.filter((each) => isPast(each, now));
    for (const each of group) if (!past.includes(each)) keep(each, 'future');
    protect(past, keep);
    const counted = past.filter(counts);
    applyRules(policy, counted, (each, reason) => {
      byRule.add(each.id);
      keep(each, reason);
    });
    if (counted.length > 0 && !counted.some(({ id }) => byRule.has(id))) {
      throw invalid('retention', `None of its rules keeps any of ${counted.length} snapshots: is a label misspelt?`);
    }
    holdMinimum(policy.minimum ?? defaultMinimum, past, (each) => (reasons.get(each.id)?.size ?? 0) > 0, keep);
  }
  return [...snapshots].sort(newestFirst).map(({ id }) => {
    const found = keepReasons.filter((reason) => reasons.get(id)?.has(reason));
    return { id, keep: found.length > 0, reasons: found };
  });
}

/** For environments without a policy: which of the snapshots that a person let go must stay all the same. */
export const nothingButForgotten = (minimum = defaultMinimum): RetentionSection => ({
  keepLast: Number.MAX_SAFE_INTEGER,
  minimum,
});

/** @throws KongBackupError `retention-invalid`. */
export function refuseEmpty(policy: RetentionSection, place = 'retention'): void {
  const { keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, keepWithin, keepLabels } = policy;
  const numbers = { keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, minimum: policy.minimum };
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 1)) {
      throw invalid(place, `${name} is ${value}: it must be a whole number of at least 1.`);
    }
  }
  for (const [name, value] of Object.entries({ keepWithin, grace: policy.grace })) {
    if (value !== undefined && duration(value) !== undefined) throw invalid(place, `${name}: ${duration(value) ?? ''}`);
  }
  const { minimum: _minimum, ...rules } = numbers;
  const isEmpty =
    Object.values(rules).every((value) => value === undefined) &&
    keepWithin === undefined &&
    (keepLabels ?? []).length === 0;
  if (isEmpty) throw invalid(place, 'The policy keeps nothing: it has no keep rule.');
}

const invalid = (place: string, reason: string): KongBackupError =>
  new KongBackupError('retention-invalid', {
    place,
    reason,
    remedy: 'Say what to keep, such as keepLast: 10 or keepDaily: 7. Nothing was removed.',
  });

/** Newest first, each. */
function groupsOf(snapshots: readonly RetentionCandidate[]): RetentionCandidate[][] {
  const groups = new Map<string, RetentionCandidate[]>();
  for (const each of [...snapshots].sort(newestFirst)) {
    const group = groups.get(each.environment);
    if (group) group.push(each);
    else groups.set(each.environment, [each]);
  }
  return [...groups.values()];
}

function newestFirst(a: RetentionCandidate, b: RetentionCandidate): number {
  const [timeA, timeB] = [timeOf(a), timeOf(b)];
  if (timeA !== timeB) return timeB - timeA;
  return a.id < b.id ? 1 : -1;
}

/** What has no date that can be read is taken for the newest of all. */
function timeOf({ createdAt }: RetentionCandidate): number {
  const time = Date.parse(createdAt);
  return Number.isNaN(time) ? Number.MAX_SAFE_INTEGER : time;
}

/** A date to come is a clock that was wrong, then or now: nobody knows how old the snapshot is. */
const isPast = (each: RetentionCandidate, now: Date): boolean => timeOf(each) <= now.getTime();

/** What takes up a place in the policy's numbers. */
const counts = ({ condition, isForgotten, isGuard }: RetentionCandidate): boolean =>
  condition !== 'damaged' && !isForgotten && !isGuard;

type Keep = (each: RetentionCandidate, reason: KeepReason) => void;

function protect(past: readonly RetentionCandidate[], keep: Keep): void {
  for (const each of past) {
    if (each.pinned) keep(each, 'pinned');
    if (each.isForgotten) continue;
    if (each.isGuard) keep(each, 'safety');
    if (each.condition === 'damaged') keep(each, 'damaged');
  }
  const usable = past.filter(counts);
  const lastGood =
    usable.find(({ condition }) => condition === 'verified') ?? usable.find(({ condition }) => condition === 'whole');
  if (lastGood) keep(lastGood, 'last-good');
}

/** @param counted newest first. */
function applyRules(policy: RetentionSection, counted: readonly RetentionCandidate[], keep: Keep): void {
  const buckets = bucketsOf(policy);
  const since = policy.keepWithin === undefined ? Infinity : newestTime(counted) - milliseconds(policy.keepWithin);
  for (const [index, each] of counted.entries()) {
    if (timeOf(each) >= since) keep(each, 'within');
    if (each.label !== undefined && policy.keepLabels?.includes(each.label)) keep(each, 'label');
    for (const bucket of buckets) {
      if (bucket.left === 0) continue;
      const value = bucket.of(new Date(timeOf(each)), index);
      // The oldest stays while places are left: the history reaches back as far as it can.
      if (value === bucket.last && index !== counted.length - 1) continue;
      keep(each, bucket.reason);
      bucket.last = value;
      bucket.left--;
    }
  }
}

/** As restic does: from the newest snapshot on, not from now. After a month without backups all would be gone. */
const newestTime = ([newest]: readonly RetentionCandidate[]): number => (newest ? timeOf(newest) : Infinity);

interface Bucket {
  reason: KeepReason;
  left: number;
  of(time: Date, index: number): string;
  last?: string;
}

function bucketsOf(policy: RetentionSection): Bucket[] {
  const until = (length: number) => (time: Date) => time.toISOString().slice(0, length);
  const all: { reason: KeepReason; left: number | undefined; of: Bucket['of'] }[] = [
    { reason: 'last', left: policy.keepLast, of: (_time, index) => String(index) },
    { reason: 'hourly', left: policy.keepHourly, of: until('2026-11-21T06'.length) },
    { reason: 'daily', left: policy.keepDaily, of: until('2026-11-21'.length) },
    { reason: 'weekly', left: policy.keepWeekly, of: isoWeek },
    { reason: 'monthly', left: policy.keepMonthly, of: until('2026-11'.length) },
    { reason: 'yearly', left: policy.keepYearly, of: until('2026'.length) },
  ];
  return all.flatMap(({ left, ...bucket }) => (left === undefined ? [] : [{ ...bucket, left }]));
}

const day = 86_400_000;

/** `2026-W01`: the week belongs to the year that has its Thursday. */
export function isoWeek(time: Date): string {
  const thursday = new Date(time.getTime() + (3 - ((time.getUTCDay() + 6) % 7)) * day);
  const yearBegins = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const week = Math.floor((thursday.getTime() - yearBegins) / (7 * day)) + 1;
  return `${thursday.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/** What a person let go counts for the minimum only when nothing else is left: then it stays. */
function holdMinimum(
  minimum: number,
  past: readonly RetentionCandidate[],
  isKept: (each: RetentionCandidate) => boolean,
  keep: Keep,
): void {
  const proofs = past.filter((each) => each.condition === 'verified' && !each.isGuard && !each.isForgotten);
  const kept = proofs.filter(isKept);
  for (const each of proofs.filter((proof) => !isKept(proof)).slice(0, Math.max(0, minimum - kept.length))) {
    keep(each, 'minimum');
  }
  if (proofs.length >= minimum) return;
  for (const each of past) if (!isKept(each)) keep(each, 'minimum');
}
