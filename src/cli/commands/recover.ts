import { Option } from 'commander';
import type { RecoveryPlan, RecoveryReport } from '../../app.js';
import type { CommandSpec } from '../commandSpec.js';
import { type ConfirmFlags, stepConfirm } from '../stepConfirm.js';
import { table } from '../text.js';

interface RecoverFlags extends ConfirmFlags {
  resume?: boolean;
  dryRun?: boolean;
  undo?: boolean;
  abandon?: boolean;
  fallback?: boolean;
  acceptVersion?: boolean;
  acceptBrokenCredentials?: boolean;
}

export const recoverCommand: CommandSpec = {
  name: 'recover',
  summary: "Restore in the order of Kong's documents: the database first, else its declarative part.",
  example: 'kong-backup recover production/latest production',
  declare(command) {
    command
      .argument('<snapshot>', 'its id, or ENVIRONMENT/latest')
      .argument('<environment>', 'what is restored')
      .addOption(
        new Option(
          '--dry-run',
          'show what would be done and write nothing; exit code 1 where something is in the way',
        ).conflicts(['resume', 'undo', 'abandon']),
      )
      .option('--resume', 'go on with the one that stopped')
      .option('--undo', 'take back what was done, the last step first')
      .option('--abandon', 'forget how far it came; what was done stays')
      .option('--fallback', 'load the declarative part when the database can not be restored, without asking')
      .option('--accept-version', 'go on although the gateway is of another version than the snapshot')
      .option('--accept-broken-credentials', 'go on although logins stop working')
      .option('--yes', "don't ask")
      .option('--confirm <name>', "the environment's name again, for one that is protected");
  },
  async run([snapshot, name, given], call) {
    const flags = given as RecoverFlags;
    const product = await call.app();
    const environment = await product.environment(name as string);
    if (flags.abandon) {
      await product.abandonRecovery(environment);
      return { data: { abandoned: true }, text: 'It is given up. What was done stays.', verdict: 0 };
    }
    if (flags.dryRun) {
      const { acceptVersion: accepted = false } = flags;
      const request = { acceptVersion: accepted };
      const plan = await product.planRecovery(snapshot as string, environment, request, call.context);
      return { data: plan, text: planText(plan), verdict: plan.steps.some(({ state }) => state === 'blocked') ? 1 : 0 };
    }
    const confirm = stepConfirm(environment, flags, call);
    if (flags.undo) {
      const report = await product.undoRecovery(environment, { confirm }, call.context);
      return { data: report, text: textOf(report, 'Taken back.'), verdict: report.result === 'done' ? 0 : 1 };
    }
    const { resume = false, acceptVersion = false, acceptBrokenCredentials = false } = flags;
    const fallBack = async (reason: string): Promise<boolean> => {
      if (flags.fallback) return true;
      const question = `The database can not be restored: ${reason} Load the declarative part instead? Type yes: `;
      return (await call.ask(question)) === 'yes';
    };
    const request = { resume, acceptVersion, acceptBrokenCredentials, confirm, fallBack };
    const report = await product.recover(snapshot as string, environment, request, call.context);
    return { data: report, text: textOf(report, 'Restored.'), verdict: report.result === 'done' ? 0 : 1 };
  },
};

function planText({ snapshot, steps, partsLeft, warnings }: RecoveryPlan): string {
  return [
    `Snapshot: ${snapshot}`,
    ...steps.flatMap(({ step, state, about, remedy, steps: parts = [] }) => [
      `${step}: ${stateWords[state]}. ${[about, remedy].filter(Boolean).join(' ')}`,
      ...parts.flatMap(({ title, command, destroys }, index) => [
        `  ${index + 1}. ${title}`,
        ...(command === undefined ? [] : [`     by: ${command}`]),
        ...(destroys === undefined ? [] : [`     destroys: ${destroys}`]),
      ]),
    ]),
    ...warnings.map((message) => `warning: ${message}`),
    ...(partsLeft.length > 0 ? [leftText(partsLeft)] : []),
    'Nothing was written.',
  ].join('\n');
}

const stateWords = {
  planned: 'planned',
  instead: 'only where the database can not be restored, and you agree',
  skipped: 'left out',
  blocked: 'something is in the way',
} as const;

const leftText = (parts: readonly string[]): string =>
  `The snapshot holds more: bring it back with restore --part ${parts.join(', --part ')}.`;

function textOf({ state, result, at, reason, remedy, partsLeft, warnings }: RecoveryReport, fine: string): string {
  return [
    `Snapshot: ${state.snapshot}`,
    table(state.steps.map((each) => [each.step, each.state, each.about])),
    ...(result === 'done' ? [fine] : [`${result}: ${at ?? ''}: ${reason ?? ''} ${remedy ?? ''}`]),
    ...warnings.map((message) => `warning: ${message}`),
    ...(result === 'done' && partsLeft.length > 0 ? [leftText(partsLeft)] : []),
  ].join('\n');
}
