import type { RestorePlan, RestoreReport, RestoreScope } from '../../app.js';
import { selectorText } from '../../core/choiceText.js';
import { hookWarning } from '../../core/backupResult.js';
import { isEmptyPlan } from '../../core/change.js';
import type { Environment } from '../../core/environment.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import type { ChangeSelector, RestoreMode } from '../../core/change.js';
import type { PartKind } from '../../core/part.js';
import { onePart } from '../partOptions.js';
import { restorePart } from '../restorePart.js';
import { collect, type CommandCall, type CommandSpec } from '../commandSpec.js';
import { oneMode, oneSelector, wholeNumber } from '../planOptions.js';
import { nothingText, planMarkdown, planOverview, reportText, restoreData } from '../restoreText.js';

interface RestoreFlags {
  dryRun?: boolean;
  yes?: boolean;
  confirm?: string;
  workspace?: string[];
  mode?: RestoreMode;
  only?: ChangeSelector[];
  except?: ChangeSelector[];
  acceptDeletes?: number;
  acceptBrokenCredentials?: boolean;
  part?: PartKind;
  choose?: string[];
  from?: string;
}

const verdictOf = ({ proof, warnings }: RestoreReport): 0 | 1 | 3 =>
  proof !== 'equal' ? 1 : warnings.some(({ code }) => code === hookWarning) ? 3 : 0;

export const restoreCommand: CommandSpec = {
  name: 'restore',
  summary: 'Make a gateway what a snapshot says.',
  example: 'kong-backup restore production/latest staging --dry-run',
  formats: ['markdown'],
  declare(command) {
    command
      .argument('<snapshot>', 'its id, or ENVIRONMENT/latest')
      .argument('<environment>', 'the gateway to write')
      .option('--dry-run', 'show the plan and write nothing; exit code 1 when there are changes')
      .option('--yes', "don't ask")
      .option('--confirm <name>', "the environment's name again, for one that is protected")
      .option('--workspace <name>', 'only this workspace; may be given several times', collect)
      .option('--mode <mode>', 'exact, add-and-update (nothing is deleted) or only (what --only names)', oneMode)
      .option(
        '--only <selector>',
        'only this and what it needs: kind, kind/name, workspace:NAME; several times',
        oneSelector,
      )
      .option('--except <selector>', 'all but this; may be given several times', oneSelector)
      .option('--accept-deletes <number>', 'go on although exactly so many entities are deleted', wholeNumber)
      .option('--accept-broken-credentials', 'go on although the logins that the plan names stop working')
      .option('--part <part>', 'bring back this part instead of the entities, step by step', onePart)
      .option('--choose <name=value>', 'with --part: a choice of its driver, see docs/methods.md', collect)
      .option('--from <step>', 'with --part: go on with this step of an earlier run');
  },
  async run([snapshot, name, given], call) {
    const flags = given as RestoreFlags;
    const { app, context } = call;
    const product = await app();
    const environment = await product.environment(name as string);
    if (flags.part) return restorePart(product, snapshot as string, environment, { ...flags, part: flags.part }, call);
    const plan = await product.planRestore(snapshot as string, environment, scopeOf(flags), context);
    for (const idle of plan.idle) context.log.warn(`${selectorText(idle)} names nothing that differs.`);
    const isNothing = isEmptyPlan(plan.plan);
    if (flags.dryRun || isNothing) {
      const text = isNothing ? nothingText(plan) : planOverview(plan);
      const verdict = isNothing && plan.unread.length === 0 ? 0 : 1;
      return { data: restoreData(plan), text, markdown: planMarkdown(plan), verdict };
    }
    const acceptBrokenCredentials = flags.acceptBrokenCredentials === true;
    if (plan.breaks.length > 0 && !acceptBrokenCredentials) throw wouldBreak(plan);
    await acceptDeletes(plan, flags, call);
    await confirm(plan, flags, call);
    const report = await product.restore({ ...plan, acceptBrokenCredentials }, context);
    return { data: restoreData(plan, report), text: reportText(plan, report), verdict: verdictOf(report) };
  },
};

/** Who names what is to be done, means nothing else. */
function scopeOf({ workspace, mode, only, except }: RestoreFlags): RestoreScope {
  const named = mode ?? (only ? 'only' : undefined);
  return {
    ...(workspace && { workspaces: workspace }),
    ...(named && { mode: named }),
    ...(only && { only }),
    ...(except && { except }),
  };
}

/** @throws KongBackupError `deletes-not-accepted`. */
async function acceptDeletes(
  plan: RestorePlan,
  { acceptDeletes: given }: RestoreFlags,
  call: CommandCall,
): Promise<void> {
  const { environment, counts, manyDeletes } = plan;
  if (given === counts.deletes || (given === undefined && !manyDeletes)) return;
  const what = manyDeletes
    ? `${counts.deletes} of the ${manyDeletes.live} entities in the gateway would be deleted`
    : `${counts.deletes} entities would be deleted`;
  if (given === undefined && call.format === 'text' && call.canAsk) {
    call.print({ data: undefined, text: planOverview(plan) });
    if ((await call.ask(`${what}. Type their number to agree: `)) === String(counts.deletes)) return;
  }
  throw new KongBackupError('deletes-not-accepted', {
    place: environment.name,
    reason: `${what}${given === undefined ? '' : `, not ${given}`}. Nothing was written.`,
    remedy: `Look at them with --dry-run. Then add --accept-deletes ${counts.deletes}, or --mode add-and-update to delete nothing.`,
  });
}

/** @throws KongBackupError `confirmation-missing`, `cancelled`. */
async function confirm(plan: RestorePlan, { yes, confirm: given }: RestoreFlags, call: CommandCall): Promise<void> {
  const { environment } = plan;
  if (given !== undefined && given !== environment.name) throw unconfirmed(environment);
  if (given !== undefined || (yes && !environment.protected)) return;
  const question = environment.protected
    ? `${environment.name} is protected. Type its name to write it: `
    : `Write ${environment.name} (${environment.adminUrl})? Type yes: `;
  if (call.format === 'text') call.print({ data: undefined, text: planOverview(plan) });
  const answer = await call.ask(question);
  if (answer === undefined) throw unconfirmed(environment);
  if (answer !== (environment.protected ? environment.name : 'yes')) throw cancelled(environment.name);
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

function unconfirmed(environment: Environment): KongBackupError {
  return new KongBackupError('confirmation-missing', {
    place: environment.name,
    reason: environment.protected
      ? 'The environment is protected, and its name was not given again.'
      : 'The restore was not agreed to, or another name was given.',
    remedy: environment.protected
      ? `Add --confirm ${JSON.stringify(environment.name)}.`
      : 'Look at it with --dry-run, then add --yes.',
  });
}
