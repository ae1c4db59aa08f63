// Kills backups and prunes by SIGKILL at random points: no half snapshot may be listed, no older one lost or changed, and what
// is left over must be gone with the next run. So many are really killed: a run that ended before its kill doesn't count.
//
//   npm run torture:backup -- [--seed N] [--backups 200] [--prunes 100] [--forms plain,packed,sealed,bucket]
import { parseArgs } from 'node:util';
import { type BackupVictim, createBackupVictim } from './backupVictim.js';
import { torture } from './killPoints.js';
import { createPruneVictim } from './pruneVictim.js';
import { forms } from './tortureStore.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 0x7fffffff)) },
    backups: { type: 'string', default: '200' },
    prunes: { type: 'string', default: '100' },
    forms: { type: 'string', default: forms.filter((form) => form !== 'bucket').join() },
  },
});
const [seed, backups, prunes] = [Number(values.seed), Number(values.backups), Number(values.prunes)];
const say = (line: string): void => console.log(line);

async function main(): Promise<void> {
  say(`seed ${seed}: ${backups} backups and ${prunes} prunes to be killed`);
  const chosen = forms.filter((form) => values.forms.split(',').includes(form));
  if (chosen.length === 0) throw new Error(`--forms takes some of ${forms.join()}`);
  for (const form of chosen) {
    const share = (kills: number): number => kills / chosen.length;
    if (backups > 0) await tortureOne(`backups, ${form}`, await createBackupVictim(form), share(backups));
    if (prunes > 0) await tortureOne(`prunes, ${form}`, await createPruneVictim(form), share(prunes));
  }
}

async function tortureOne(name: string, victim: BackupVictim, kills: number): Promise<void> {
  try {
    const report = await torture(victim, { kills: Math.ceil(kills), seed, say });
    const problems = [...report.problems, ...(await victim.finish())];
    for (const problem of problems.slice(report.problems.length)) say(problem);
    const { runs, killed, killedAfter, slowest } = report;
    const marks = Object.entries(killedAfter).map(([mark, count]) => `${count} after ${mark}`);
    say(
      `${name}: ${killed} killed of ${runs} runs (${marks.join(', ')}), ${problems.length} problems, ` +
        `the slowest ${(slowest / 1000).toFixed(1)} s, seed ${seed}`,
    );
    if (problems.length > 0) process.exitCode = 1;
  } finally {
    await victim.close();
  }
}

void main();
