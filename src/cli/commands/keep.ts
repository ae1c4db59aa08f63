import { InvalidArgumentError } from 'commander';
import { KongBackupError } from '../../core/errors.js';
import { duration } from '../../core/fieldChecks.js';
import type { CommandSpec } from '../commandSpec.js';

const snapshot = 'its id, or ENVIRONMENT/latest';

export const forgetCommand: CommandSpec = {
  name: 'forget',
  summary: 'Let a snapshot go: a later prune deletes it.',
  example: 'kong-backup forget production/2026-11-21T06-35-17.123Z --grace 1d',
  declare(command) {
    command
      .argument('<snapshot>', snapshot)
      .option('--grace <time>', 'how long it can be remembered (default: 7d)', parseTime);
  },
  async run([name, flags], { app, context }) {
    const { grace } = flags as { grace?: string };
    const forgotten = await (await app()).forget(name as string, grace, context);
    const text = `${forgotten.id} is let go: a prune after ${forgotten.deleteAfter} deletes it.`;
    return { data: forgotten, text, verdict: 0 };
  },
};

export const rememberCommand: CommandSpec = {
  name: 'remember',
  summary: 'Take back that a snapshot was let go, or all that one prune let go.',
  example: 'kong-backup remember --last',
  declare(command) {
    command
      .argument('[snapshot]', snapshot)
      .option('--last', 'all that was let go last, as by one prune')
      .option(
        '--pruned-at <time>',
        'all that was let go at this time, or one that begins so: 2026-11-21T16',
        parseMoment,
      );
  },
  async run([name, flags], { app, context }) {
    const { last = false, prunedAt } = flags as { last?: boolean; prunedAt?: string };
    if ([name !== undefined, last, prunedAt !== undefined].filter(Boolean).length !== 1) throw whichOne();
    const product = await app();
    if (name !== undefined) {
      const id = await product.remember(name as string, context);
      return { data: { id }, text: `${id} stays.`, verdict: 0 };
    }
    const ids = await product.rememberTogether(prunedAt, context);
    const text =
      ids.length === 0 ? 'Nothing was let go then that is still there.' : ids.map((id) => `${id} stays.`).join('\n');
    return { data: { ids }, text, verdict: ids.length === 0 ? 1 : 0 };
  },
};

function parseMoment(text: string): string {
  if (/^\d{4}-\d\d-\d\d(?:T[\d:.]*Z?)?$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be a time as "snapshots --format json" gives it, or its beginning: 2026-11-21T16:05.',
  );
}

const whichOne = (): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: 'kong-backup remember',
    reason: 'It is one snapshot, what was let go last (--last), or what was let go at a time (--pruned-at).',
    remedy: 'Name one of them.',
  });

export const pinCommand = pinning('pin', 'Keep a snapshot whatever a policy says.', true);
export const unpinCommand = pinning('unpin', 'Leave a snapshot to the policy again.', false);

function pinning(name: 'pin' | 'unpin', summary: string, pinned: boolean): CommandSpec {
  return {
    name,
    summary,
    example: `kong-backup ${name} production/2026-11-21T06-35-17.123Z`,
    declare: (command) => void command.argument('<snapshot>', snapshot),
    async run([text], { app, context }) {
      const id = await (await app()).pin(text as string, pinned, context);
      const is = pinned ? 'is pinned' : 'is no longer pinned';
      return { data: { id, pinned }, text: `${id} ${is}.`, verdict: 0 };
    },
  };
}

function parseTime(text: string): string {
  const problem = duration(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}
