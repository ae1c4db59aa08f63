// Kills backups and prunes by SIGKILL at random points: no half snapshot may be listed, no older one lost or changed, and what
// is left over must be gone with the next run.
//
//   npm run torture:backup -- [--seed N] [--runs 200] [--prunes 100]
import { parseArgs } from 'node:util';
import { type BackupVictim, createBackupVictim } from './backupVictim.js';
import { torture } from './killPoints.js';
import { createPruneVictim } from './pruneVictim.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 0x7fffffff)) },
    runs: { type: 'string', default: '200' },
    prunes: { type: 'string', default: '100' },
  },
});
const [seed, runs, prunes] = [Number(values.seed), Number(values.runs), Number(values.prunes)];
const say = (line: string): void => console.log(line);

async function main(): Promise<void> {
  say(`seed ${seed}: ${runs} backups, ${prunes} prunes`);
  for (const form of ['plain', 'packed'] as const) {
    if (runs > 0) await tortureOne(`backups, ${form}`, await createBackupVictim(form), runs / 2);
    if (prunes > 0) await tortureOne(`prunes, ${form}`, await createPruneVictim(form), prunes / 2);
  }
}

async function tortureOne(name: string, victim: BackupVictim, points: number): Promise<void> {
  try {
    const report = await torture(victim, { runs: Math.ceil(points), seed, say });
    const problems = [...report.problems, ...(await victim.finish())];
    for (const problem of problems.slice(report.problems.length)) say(problem);
    const { killed, slowest } = report;
    say(
      `${name}: ${report.runs} runs, ${killed} killed on the way, ${problems.length} problems, ` +
        `the slowest ${(slowest / 1000).toFixed(1)} s`,
    );
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await victim.close();
  }
}

void main();
