import { KongBackupError } from '../../core/errors.js';
import type { FoundLock } from '../../core/upkeep.js';
import type { CommandSpec } from '../commandSpec.js';
import { table } from '../text.js';

export const unlockCommand: CommandSpec = {
  name: 'unlock',
  summary: 'Break the locks of processes that are gone.',
  example: 'kong-backup unlock',
  declare(command) {
    command.option('--force', 'break also those that are still refreshed: only when you know that nobody is at work');
  },
  async run([flags], { app, context }) {
    const { force = false } = flags as { force?: boolean };
    const report = await (await app()).unlock(force, context);
    const [held] = report.held;
    if (held) throw stillHeld(held, report.broken.length);
    const rows = report.broken.map(({ name, purpose, owner, refreshed }) => [name, purpose, owner, refreshed]);
    const text = rows.length === 0 ? 'Nothing is locked.' : `Broken:\n${table(rows)}`;
    return { data: report, text, verdict: 0 };
  },
};

const stillHeld = ({ name, owner, purpose, refreshed }: FoundLock, broken: number): KongBackupError =>
  new KongBackupError('store-locked', {
    place: name,
    reason: `${owner} holds it for ${purpose}, and refreshed it ${refreshed}. Broken were ${broken}.`,
    remedy: 'Wait until that is done; add --force only when you know that it is not at work.',
  });
