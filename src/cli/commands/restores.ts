import type { RestoreRun } from '../../app.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import { didYouMean, suggest } from '../../core/suggest.js';
import type { CommandCall, CommandSpec, Outcome } from '../commandSpec.js';
import { plural, table } from '../text.js';

const actions = ['list', 'look', 'report', 'forget'] as const;

export const restoresCommand: CommandSpec = {
  name: 'restores',
  summary: 'List the restores that are known, look at one, show its report, or let its journal go.',
  example: 'kong-backup restores look 2026-11-21T06-35-17.123Z-1f0c',
  formats: ['markdown'],
  declare(command) {
    command
      .argument('[action]', 'list, look, report or forget', 'list')
      .argument('[id]', 'of the restore; for list: the name of an environment')
      .option('--yes', "with forget: don't ask");
  },
  async run([action, id, flags], call) {
    const product = await call.app();
    if (action === 'list') return listed(await product.restores(id as string | undefined));
    if (action !== 'look' && action !== 'report' && action !== 'forget') {
      // `restores production` means those into production.
      const { environments } = await product.environments();
      const isName = id === undefined && environments.some(({ name }) => name === action);
      if (isName) return listed(await product.restores(action as string));
      throw unknown(action as string);
    }
    if (id === undefined) throw unknown(`${action} without an id`);
    if (action === 'report') {
      const report = await product.reportOfRestore(id as string);
      const text = product.proofAsMarkdown(report);
      return { data: report, text, markdown: text, verdict: 0 };
    }
    if (action === 'forget') {
      await confirmForget(await product.restores(), id as string, flags as { yes?: boolean }, call);
      await product.forgetRestore(id as string);
      return { data: { id }, text: `The journal of ${id as string} is gone; its safety snapshot stays.`, verdict: 0 };
    }
    const { run, entries } = await product.lookAtRestore(id as string);
    const rows = entries.map((entry) => [
      entry.outcome,
      entry.workspace,
      entry.action,
      entry.kind,
      entry.name ?? '',
      entry.id,
    ]);
    return { data: { ...run, entries }, text: `${runText(run)}\n${table(rows)}`.trim(), verdict: 0 };
  },
};

/** One that can be gone on with is let go only on purpose. @throws KongBackupError `confirmation-missing`, `cancelled`. */
async function confirmForget(
  runs: readonly RestoreRun[],
  id: string,
  { yes = false }: { yes?: boolean },
  { ask }: CommandCall,
): Promise<void> {
  const run = runs.find((each) => each.id === id);
  if (yes || !run || (run.state !== 'unfinished' && run.state !== 'incomplete')) return;
  const { environment, counts } = run;
  const { planned, written, failed, unknown } = counts;
  const what = `The restore into ${environment.name} is ${run.state}: ${written} of ${planned} changes are written, ${failed} failed, ${unknown} are unknown. Without its journal it can be neither resumed nor undone.`;
  const answer = await ask(`${what} Let it go? Type yes: `);
  if (answer === undefined) {
    throw new KongBackupError('confirmation-missing', { place: id, reason: what, remedy: 'Add --yes to let it go.' });
  }
  if (answer !== 'yes') throw cancelled(id);
}

/** Exit code 1 where one of them waits to be resumed or undone. */
function listed(runs: readonly RestoreRun[]): Outcome {
  const waiting = runs.filter(({ state }) => state === 'unfinished').length;
  const rows = runs.map(({ id, state, environment, snapshot, counts }) => [
    id,
    state,
    environment.name,
    snapshot,
    `${counts.written} of ${counts.planned}`,
  ]);
  const text =
    runs.length === 0 ? 'No restore is known.' : table([['restore', 'state', 'into', 'snapshot', 'written'], ...rows]);
  const hint = `${plural(waiting, 'restore')} did not come to an end: kong-backup restore --resume, or kong-backup undo.`;
  return { data: runs, text: waiting > 0 ? `${text}\n${hint}` : text, verdict: waiting > 0 ? 1 : 0 };
}

function runText(run: RestoreRun): string {
  const { id, state, at, by, snapshot, environment, guard, undoes, counts, newWorkspaces, stoppedBy, resumed } = run;
  return [
    `${id}: ${state}${stoppedBy === undefined ? '' : ` (${stoppedBy})`}`,
    `${snapshot} into ${environment.name} (${environment.adminUrl}), by ${by}, ${at}${resumed > 0 ? `, resumed ${resumed} times` : ''}`,
    `Planned ${counts.planned}, written ${counts.written}, failed ${counts.failed}, unknown ${counts.unknown}.`,
    ...(guard === undefined ? [] : [`The state before is in ${guard}.`]),
    ...(undoes === undefined ? [] : [`It takes back ${undoes}.`]),
    ...newWorkspaces.map((workspace) => `It made the workspace ${workspace}.`),
  ].join('\n');
}

const unknown = (action: string): KongBackupError =>
  new KongBackupError('restore-missing', {
    place: 'kong-backup restores',
    reason: `${action} is nothing it can do, and no environment.${didYouMean(suggest(action, actions))}`,
    remedy: `Say one of ${actions.join(', ')}; look, report and forget take the id of a restore.`,
  });
