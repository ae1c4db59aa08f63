import { expect, it, onTestFinished } from 'vitest';
import { createBackupVictim } from '../../scripts/torture/backupVictim.js';
import { torture } from '../../scripts/torture/killPoints.js';

// A few points of `npm run torture:backup`; the seed is in the message when one fails.
it.each(['plain', 'packed', 'sealed'] as const)(
  'a backup into %s files, killed anywhere, leaves a whole snapshot or none',
  async (form) => {
    const victim = await createBackupVictim(form);
    onTestFinished(() => victim.close());
    const seed = Math.floor(Math.random() * 0x7fffffff);
    const { problems } = await torture(victim, { kills: 4, seed, say: () => undefined });
    expect([...problems, ...(await victim.finish())], `seed ${seed}`).toEqual([]);
  },
);
