import type { Verification, VerifyReport } from '../../app.js';
import { KongBackupError } from '../../core/errors.js';
import type { CommandSpec, Verdict } from '../commandSpec.js';
import { exitCodes } from '../exitCodes.js';
import { plural, table } from '../text.js';

export const verifyCommand: CommandSpec = {
  name: 'verify',
  summary: 'Check whether snapshots are what they were.',
  example: 'kong-backup verify --all --deep',
  declare(command) {
    command
      .argument('[snapshots...]', 'their ids, or ENVIRONMENT/latest')
      .option('--all', 'every snapshot')
      .option('--deep', 'open, decrypt, parse and count too; needs the key of what is encrypted');
  },
  async run([names, flags], { app, context }) {
    const { all, deep } = flags as { all?: boolean; deep?: boolean };
    const snapshots = names as string[];
    if (!all && snapshots.length === 0) throw nothingNamed();
    const product = await app();
    const report = await product.verify(all ? undefined : snapshots, deep ? 'deep' : 'quick', context);
    return { data: report, text: textOf(report), verdict: verdictOf(report) };
  },
};

function verdictOf({ verifications, failed }: VerifyReport): Verdict {
  if (verifications.some(({ result }) => result === 'damaged')) return exitCodes.found;
  if (failed.some(({ code }) => code === 'store-unreachable')) return exitCodes.noStore;
  return failed.length > 0 ? exitCodes.partial : exitCodes.fine;
}

function textOf({ verifications, failed }: VerifyReport): string {
  const rows = verifications.map(({ id, result, depth, remarks }) => [
    id,
    result,
    depth,
    remarks.length > 0 ? plural(remarks.length, 'remark') : '',
  ]);
  return [
    table([...rows, ...failed.map(({ id, code, reason }) => [id, 'not looked at', code, reason])]),
    ...verifications.flatMap(details),
  ].join('\n');
}

const details = ({ problems, remarks }: Verification): string[] => [
  ...problems.map((problem) => `problem: ${problem}`),
  ...remarks.map((remark) => `remark: ${remark}`),
];

const nothingNamed = (): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: 'kong-backup verify',
    reason: 'No snapshot is named.',
    remedy: 'Name one, or add --all.',
  });
