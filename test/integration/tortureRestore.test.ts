import { expect, it, onTestFinished } from 'vitest';
import { torture } from '../../scripts/torture/killPoints.js';
import { createRestoreVictim } from '../../scripts/torture/restoreVictim.js';

// A few points of `npm run torture:restore`; the seed is in the message when one fails.
it(
  'a restore that is killed anywhere is resumed to the snapshot, or undone to the state before',
  { timeout: 600_000 },
  async () => {
    const seed = Math.floor(Math.random() * 0x7fffffff);
    const victim = await createRestoreVictim(seed);
    onTestFinished(() => victim.close());
    const { killed, problems } = await torture(victim, { kills: 5, seed, say: () => undefined, measured: 1 });
    expect([killed, ...problems], `seed ${seed}`).toEqual([5]);
  },
);
