// Kills backups by SIGKILL at random points: no half snapshot may be listed, no older one lost or changed, and what is left over
// must be gone with the next run.
//
//   npm run torture:backup -- [--seed N] [--runs 200]
import { parseArgs } from 'node:util';
import { createBackupVictim } from './backupVictim.js';
import { torture } from './killPoints.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 0x7fffffff)) },
    runs: { type: 'string', default: '200' },
  },
});
const [seed, runs] = [Number(values.seed), Number(values.runs)];
const say = (line: string): void => console.log(line);

async function main(): Promise<void> {
  say(`seed ${seed}: ${runs} backups`);
  for (const form of ['plain', 'packed'] as const) {
    const victim = await createBackupVictim(form);
    try {
      const report = await torture(victim, { runs: Math.ceil(runs / 2), seed, say });
      const problems = [...report.problems, ...(await victim.finish())];
      const { killed, slowest } = report;
      say(
        `${form}: ${report.runs} runs, ${killed} killed on the way, ${problems.length} problems, ` +
          `the slowest ${(slowest / 1000).toFixed(1)} s`,
      );
      if (problems.length > 0) process.exitCode = 1;
    } finally {
      await victim.close();
    }
  }
}

void main();
