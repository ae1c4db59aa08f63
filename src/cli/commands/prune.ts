import { InvalidArgumentError } from 'commander';
import type { PruneLine, PruneReport } from '../../app.js';
import type { RetentionSection } from '../../core/environmentSections.js';
import { duration } from '../../core/fieldChecks.js';
import type { KeepReason } from '../../core/retention.js';
import { collect, type CommandSpec, type Verdict } from '../commandSpec.js';
import { exitCodes } from '../exitCodes.js';
import { formatBytes, plural, shortLabel, table } from '../text.js';

interface PruneFlags extends Omit<RetentionSection, 'keepLabels'> {
  dryRun?: boolean;
  keepLabel?: string[];
}

const counts = [
  ['last', 'the newest ones'],
  ['hourly', 'the newest of each hour'],
  ['daily', 'the newest of each day'],
  ['weekly', 'the newest of each week'],
  ['monthly', 'the newest of each month'],
  ['yearly', 'the newest of each year'],
] as const;

export const pruneCommand: CommandSpec = {
  name: 'prune',
  summary: 'Let go what no policy keeps, and delete what was let go.',
  example: 'kong-backup prune production --keep-daily 7 --keep-weekly 4 --dry-run',
  declare(command) {
    command
      .argument('[environments...]', 'only these environments')
      .option('--dry-run', 'say what would go and why the rest stays; change nothing');
    for (const [unit, words] of counts) command.option(`--keep-${unit} <n>`, `keep ${words}, so many`, parseCount);
    command
      .option('--keep-within <time>', 'keep what is not older than this before the newest one, such as 30d', parseTime)
      .option('--keep-label <label>', 'keep what has this label; may be given several times', collect)
      .option('--minimum <n>', 'never fewer whole and verified ones than this (default: 1)', parseCount)
      .option('--grace <time>', 'from letting go to deleting (default: 7d)', parseTime);
  },
  async run([names, flags], { app, context }) {
    const environments = names as string[];
    const { dryRun = false, keepLabel, ...rest } = flags as PruneFlags;
    const policy = policyOf({ ...rest, ...(keepLabel && { keepLabels: keepLabel }) });
    const report = await (
      await app()
    ).prune({ dryRun, ...(environments.length > 0 && { environments }), ...(policy && { policy }) }, context);
    return { data: report, text: textOf(report), verdict: verdictOf(report) };
  },
};

const policyFields = [
  'keepLast',
  'keepHourly',
  'keepDaily',
  'keepWeekly',
  'keepMonthly',
  'keepYearly',
  'keepWithin',
  'keepLabels',
  'minimum',
  'grace',
] as const;

/** Flags take the place of what the environments file says, all of it. */
function policyOf(flags: RetentionSection): RetentionSection | undefined {
  const given = policyFields.filter((field) => flags[field] !== undefined);
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((field) => [field, flags[field]]));
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at least 1.');
}

function parseTime(text: string): string {
  const problem = duration(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}

function verdictOf({ failed, notWhole }: PruneReport): Verdict {
  if (failed.some(({ code }) => code === 'store-unreachable')) return exitCodes.noStore;
  return failed.length > 0 ? exitCodes.partial : notWhole.length > 0 ? exitCodes.found : exitCodes.fine;
}

const why: Record<KeepReason, string> = {
  last: 'last',
  hourly: 'hourly',
  daily: 'daily',
  weekly: 'weekly',
  monthly: 'monthly',
  yearly: 'yearly',
  within: 'within',
  label: 'label',
  pinned: 'pinned',
  'last-good': 'last good one',
  minimum: 'too few are verified without it',
  future: 'dated in the future',
  safety: 'safety snapshot',
  damaged: 'damaged: look at it',
};

function rowOf({ id, action, reasons, deleteAfter, label = '' }: PruneLine): string[] {
  const remark = action === 'keep' ? reasons.map((reason) => why[reason]).join(', ') : `after ${deleteAfter ?? ''}`;
  return [id, action, remark, shortLabel(label)];
}

function textOf(report: PruneReport): string {
  const { dryRun, lines, forgotten, deleted, failed, notWhole, packs, packsLeft } = report;
  const would = dryRun ? 'would be ' : '';
  return [
    ...(lines.length > 0 ? [table(lines.map(rowOf))] : []),
    `${plural(forgotten.length, 'snapshot')} ${would}let go, ${deleted.length} ${would}deleted.`,
    ...(forgotten.length > 0 && !dryRun ? ['To take back what was let go: kong-backup remember --last'] : []),
    ...(packs && packs.removed.length > 0
      ? [`${plural(packs.removed.length, 'pack')} ${would}removed, ${formatBytes(packs.bytes)}.`]
      : []),
    ...(packs?.waits ? ['Packs were left alone: a snapshot is being made.'] : []),
    ...(packsLeft === undefined ? [] : [`Packs were left alone: ${packsLeft}`]),
    ...notWhole.map(({ id, code, reason }) => `not whole, left alone: ${id}: ${code}: ${reason}`),
    ...failed.map(({ id, code, reason }) => `failed: ${id}: ${code}: ${reason}`),
  ].join('\n');
}
