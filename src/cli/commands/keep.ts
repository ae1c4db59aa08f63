import { InvalidArgumentError } from 'commander';
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
  summary: 'Take back that a snapshot was let go.',
  example: 'kong-backup remember production/2026-11-21T06-35-17.123Z',
  declare: (command) => void command.argument('<snapshot>', snapshot),
  async run([name], { app, context }) {
    const id = await (await app()).remember(name as string, context);
    return { data: { id }, text: `${id} stays.`, verdict: 0 };
  },
};

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
      return { data: { id, pinned }, text: `${id} is ${pinned ? 'pinned' : 'not pinned'}.`, verdict: 0 };
    },
  };
}

function parseTime(text: string): string {
  const problem = duration(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}
