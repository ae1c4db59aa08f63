// Kills restores by SIGKILL at random points, and what resumes and undoes them now and then as well. Each is resumed to the snapshot
// or undone to the state before, in turn, and compared entity by entity.
//
//   npm run torture:restore -- [--kills 100] [--seed N]
import { parseArgs } from 'node:util';
import { torture } from './killPoints.js';
import { createRestoreVictim } from './restoreVictim.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 0x7fffffff)) },
    kills: { type: 'string', default: '100' },
  },
});
const [seed, kills] = [Number(values.seed), Number(values.kills)];
const say = (line: string): void => console.log(line);

async function main(): Promise<void> {
  say(`seed ${seed}: ${kills} restores to be killed`);
  const victim = await createRestoreVictim(seed);
  try {
    const { runs, killed, killedAfter, slowest, problems } = await torture(victim, { kills, seed, say, measured: 1 });
    const marks = Object.entries(killedAfter).map(([mark, count]) => `${count} after ${mark}`);
    const { resumed, undone, untouched, whole, killedAgain } = victim.done;
    say(
      `${killed} killed of ${runs} runs (${marks.join(', ')}): ${resumed} resumed, ${undone} undone, ${untouched} had written ` +
        `nothing, ${whole} were whole; ${killedAgain} times what resumes or undoes was killed too. ${problems.length} problems, ` +
        `the slowest ${(slowest / 1000).toFixed(1)} s, seed ${seed}`,
    );
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await victim.close();
  }
}

void main();
