import type { RestorePlan, RestoreReport } from '../../app.js';
import { hookWarning } from '../../core/backupResult.js';
import { isEmptyPlan } from '../../core/change.js';
import type { Environment } from '../../core/environment.js';
import { cancelled, KongBackupError } from '../../core/errors.js';
import type { PartKind } from '../../core/part.js';
import { onePart } from '../partOptions.js';
import { restorePart } from '../restorePart.js';
import { collect, type CommandCall, type CommandSpec } from '../commandSpec.js';
import { gapText, planData, planText, plural } from '../text.js';

interface RestoreFlags {
  dryRun?: boolean;
  yes?: boolean;
  confirm?: string;
  workspace?: string[];
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
  declare(command) {
    command
      .argument('<snapshot>', 'its id, or ENVIRONMENT/latest')
      .argument('<environment>', 'the gateway to write')
      .option('--dry-run', 'show the plan and write nothing; exit code 1 when there are changes')
      .option('--yes', "don't ask")
      .option('--confirm <name>', "the environment's name again, for one that is protected")
      .option('--workspace <name>', 'only this workspace; may be given several times', collect)
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
    const scope = flags.workspace ? { workspaces: flags.workspace } : {};
    const plan = await product.planRestore(snapshot as string, environment, scope, context);
    const isNothing = isEmptyPlan(plan.plan);
    if (flags.dryRun || isNothing) {
      const text = isNothing ? nothingText(plan) : planOverview(plan);
      return { data: dataOf(plan), text, verdict: isNothing && plan.unread.length === 0 ? 0 : 1 };
    }
    const acceptBrokenCredentials = flags.acceptBrokenCredentials === true;
    if (plan.breaks.length > 0 && !acceptBrokenCredentials) throw wouldBreak(plan);
    await confirm(plan, flags, call);
    const report = await product.restore({ ...plan, acceptBrokenCredentials }, context);
    return { data: dataOf(plan, report), text: reportText(plan, report), verdict: verdictOf(report) };
  },
};

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

function planOverview({ snapshot, environment, gateway, plan, counts, warnings }: RestorePlan): string {
  const { creates, updates, deletes } = counts;
  return [
    `Restore of ${snapshot.id}`,
    `into ${environment.name} (${environment.adminUrl}, Kong ${gateway.version}):`,
    planText(plan),
    `Create ${creates}, update ${updates}, delete ${deletes}.`,
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

/** Warnings of what stays or is left out on purpose, and so is no difference. */
const onPurpose = new Set(['parent-kept', 'gateway-wide-kept', 'held-in-part', 'not-held', 'tags-left-out']);

const exceptions = ({ warnings }: Pick<RestorePlan, 'warnings'>): string =>
  warnings.some(({ code }) => onPurpose.has(code)) ? ', apart from what the warnings name' : '';

function nothingText({ environment, snapshot, warnings, unread }: RestorePlan): string {
  const isProved = unread.length === 0;
  return [
    isProved
      ? `${environment.name} is what ${snapshot.id} says${exceptions({ warnings })}.`
      : `Nothing differs in what ${environment.name} shows, but that is not all of ${snapshot.id}.`,
    ...unread.map((gap) => `not proved: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

function reportText({ environment }: RestorePlan, report: RestoreReport): string {
  const { creates, updates, deletes } = report.applied;
  const lines = [`${environment.name}: created ${creates}, updated ${updates}, deleted ${deletes}.`];
  for (const { change, reason } of report.failed) lines.push(`failed: ${change.kind} ${change.label}: ${reason}`);
  for (const { code, message } of report.warnings) lines.push(`warning: ${code}: ${message}`);
  if (report.safetySnapshot !== undefined) lines.push(`The state before is in ${report.safetySnapshot}.`);
  if (report.proof === 'equal') return [...lines, `Read back: equal to the snapshot${exceptions(report)}.`].join('\n');
  for (const gap of report.unread) lines.push(`not proved: ${gapText(gap)}`);
  if (report.proof === 'unproved') {
    return [...lines, 'Read back: nothing differs in what could be read, but that proves not all.'].join('\n');
  }
  const left = report.remaining.workspaces.reduce((sum, { changes }) => sum + changes.length, 0);
  return [...lines, `Read back: ${plural(left, 'difference')} left.`, planText(report.remaining)].join('\n');
}

function dataOf(
  { snapshot, environment, gateway, plan, counts, warnings, unread, breaks, keepingWays }: RestorePlan,
  report?: RestoreReport,
) {
  return {
    snapshot: snapshot.id,
    environment: environment.name,
    gateway: { version: gateway.version, edition: gateway.edition, mode: gateway.mode },
    counts,
    warnings,
    unread,
    breaks: breaks.map(({ code, message }) => ({ code, message })),
    keepingWays,
    plan: planData(plan),
    ...(report && {
      report: {
        ...report,
        failed: report.failed.map(({ change, reason }) => ({
          kind: change.kind,
          label: change.label,
          action: change.action,
          workspace: change.workspace,
          reason,
        })),
        remaining: planData(report.remaining),
      },
    }),
  };
}
