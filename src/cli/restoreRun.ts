import path from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { App, RestorePlan, RestoreReport } from '../app.js';
import { hookWarning } from '../core/backupResult.js';
import { isEmptyPlan } from '../core/change.js';
import { idleText } from '../core/choiceText.js';
import { cancelled, KongBackupError } from '../core/errors.js';
import { brokenChecks } from '../core/smokeChecks.js';
import type { CommandCall, Outcome } from './commandSpec.js';
import { refuseNoNewFile, writeNewFile } from './newFile.js';
import { wholeNumber } from './planOptions.js';
import { type ConfirmFlags, isAgreed, unconfirmed, wordFor } from './stepConfirm.js';
import { nothingText, planMarkdown, planOverview, reportText, restoreData } from './restoreText.js';

/** What a person says to a plan, whether it restores, resumes or undoes. */
export interface RunFlags extends ConfirmFlags {
  dryRun?: boolean;
  acceptDeletes?: number;
  acceptBrokenCredentials?: boolean;
  /** A file that does not exist yet. */
  report?: string;
}

export function declareRunOptions(command: Command): Command {
  return command
    .option('--dry-run', 'show the plan and write nothing; exit code 1 when there are changes')
    .option('--yes', "don't ask")
    .option('--confirm <name>', "the environment's name again, for one that is protected")
    .option('--accept-deletes <number>', 'go on although exactly so many entities are deleted', wholeNumber)
    .option('--accept-broken-credentials', 'go on although the logins that the plan names stop working')
    .option('--report <file>', 'write what came of it into a new file: .md for people, .json for programs', reportFile);
}

function reportFile(file: string): string {
  if (/\.(?:md|json)$/i.test(file)) return file;
  throw new InvalidArgumentError('Its name must end in .md or .json.');
}

/** Shows a plan; unless it was only to be shown, asks for what it needs, applies it and tells what came of it. */
export async function runPlan(
  product: Pick<App, 'restore' | 'proofAsMarkdown'>,
  plan: RestorePlan,
  flags: RunFlags,
  call: CommandCall,
): Promise<Outcome> {
  const { context } = call;
  for (const idle of plan.idle) context.log.warn(idleText(idle));
  if (!flags.dryRun && isAgreed(plan.environment, flags)) refuseUnknown(plan);
  const isNothing = isEmptyPlan(plan.plan);
  if (flags.dryRun || isNothing) {
    // A restore that is gone on with or taken back is settled by that, too.
    if (!flags.dryRun && (plan.resumes ?? plan.undoes) !== undefined) await product.restore(plan, context);
    const text = isNothing ? nothingText(plan) : planOverview(plan);
    const verdict = isNothing && plan.unread.length === 0 ? 0 : 1;
    return { data: restoreData(plan), text, markdown: planMarkdown(plan), verdict };
  }
  const acceptBrokenCredentials = flags.acceptBrokenCredentials === true;
  if (plan.breaks.length > 0 && !acceptBrokenCredentials) throw wouldBreak(plan);
  await acceptDeletes(plan, flags, call);
  await confirm(plan, flags, call);
  const file = flags.report === undefined ? undefined : path.resolve(call.workingFolder, flags.report);
  if (file !== undefined) await refuseNoNewFile(file);
  const report = await product.restore({ ...plan, acceptBrokenCredentials }, context);
  if (file !== undefined) {
    const isMarkdown = file.toLowerCase().endsWith('.md');
    const text = isMarkdown
      ? product.proofAsMarkdown(report.document)
      : `${JSON.stringify(report.document, null, 2)}\n`;
    await writeNewFile(file, text);
  }
  return { data: restoreData(plan, report), text: reportText(plan, report), verdict: verdictOf(report) };
}

const verdictOf = ({ proof, warnings, checks }: RestoreReport): 0 | 1 | 3 =>
  proof !== 'equal' || brokenChecks(checks).length > 0 ? 1 : warnings.some(({ code }) => code === hookWarning) ? 3 : 0;

/** Nobody looks at the plan any more. What is gone on with may have been done. @throws KongBackupError `selector-unknown`. */
function refuseUnknown({ environment, idle, resumes }: RestorePlan): void {
  const unknown = idle.filter(({ isKnown }) => !isKnown);
  if (resumes || unknown.length === 0) return;
  throw new KongBackupError('selector-unknown', {
    place: environment.name,
    reason: `${unknown.map(idleText).join(' ')} Nothing was written.`,
    remedy: 'Look at what differs with --dry-run, and name that.',
  });
}

/** @throws KongBackupError `deletes-not-accepted`. */
async function acceptDeletes(plan: RestorePlan, flags: RunFlags, call: CommandCall): Promise<void> {
  const { environment, counts, manyDeletes } = plan;
  const { acceptDeletes: given } = flags;
  if (given === counts.deletes || (given === undefined && !manyDeletes)) return;
  const what = manyDeletes
    ? `${counts.deletes} of the ${manyDeletes.live} entities that were compared would be deleted`
    : `${counts.deletes} entities would be deleted`;
  const asks = given === undefined && call.format === 'text' && call.canAsk;
  if (asks || (call.format === 'text' && !isAgreed(environment, flags))) {
    call.print({ data: undefined, text: planOverview(plan) });
  }
  if (asks) {
    if ((await call.ask(`${what}. Type their number to agree: `)) === String(counts.deletes)) return;
  }
  throw new KongBackupError('deletes-not-accepted', {
    place: environment.name,
    reason: `${what}${given === undefined ? '' : `, not ${given}`}. Nothing was written.`,
    remedy: `Look at them with --dry-run. Then add --accept-deletes ${counts.deletes}${otherWay(plan)}.`,
  });
}

/** How to do without the deletes. What a restore is that is gone on with or taken back, was said when it began. */
function otherWay({ resumes, undoes }: RestorePlan): string {
  if (undoes !== undefined) return '';
  return resumes ? `, or take it back: kong-backup undo ${resumes.id}` : ', or --mode add-and-update to delete nothing';
}

/** @throws KongBackupError `confirmation-missing`, `cancelled`. */
async function confirm(plan: RestorePlan, flags: RunFlags, call: CommandCall): Promise<void> {
  const { environment } = plan;
  if (isAgreed(environment, flags)) return;
  const question = environment.protected
    ? `${environment.name} is protected. Type its name to write it: `
    : `Write ${environment.name} (${environment.adminUrl})? Type yes: `;
  if (call.format === 'text') call.print({ data: undefined, text: planOverview(plan) });
  const answer = await call.ask(question);
  if (answer === undefined) throw unconfirmed(environment);
  if (answer !== wordFor(environment)) throw cancelled(environment.name);
}

/** So many are named; --dry-run names all. */
const mostNamed = 5;

const wouldBreak = ({ environment, breaks, keepingWays }: RestorePlan): KongBackupError =>
  new KongBackupError('credentials-would-break', {
    place: environment.name,
    reason: [
      ...breaks.slice(0, mostNamed).map(({ message }) => message),
      ...(breaks.length > mostNamed ? [`And ${breaks.length - mostNamed} more.`] : []),
      'Nothing was written.',
    ].join(' '),
    remedy: [...keepingWays, 'Or add --accept-broken-credentials, and set these logins anew after the restore.'].join(
      ' ',
    ),
  });
