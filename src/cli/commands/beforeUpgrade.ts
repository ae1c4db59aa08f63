import type { BeforeUpgradeReport, UpgradePlan } from '../../app.js';
import type { CommandSpec } from '../commandSpec.js';
import { gapText, plural } from '../text.js';

const verdicts = { ok: 0, found: 1, partial: 3 } as const;

export const beforeUpgradeCommand: CommandSpec = {
  name: 'before-upgrade',
  summary: 'Back up by both methods of the documents, verify, and hold the files to the version to come.',
  example: 'kong-backup before-upgrade production --to 3.9',
  declare(command) {
    command
      .argument('<environment>', 'a name from the environments file')
      .requiredOption('--to <version>', 'the version of Kong that the gateway is upgraded to')
      .option('--dry-run', 'say what would be taken, and take nothing');
  },
  async run([name, flags], { app, context, format, print }) {
    const { to, dryRun } = flags as { to: string; dryRun?: boolean };
    const product = await app();
    const environment = await product.environment(name as string);
    const plan = await product.planBeforeUpgrade(environment, to, context);
    if (dryRun) return { data: plan, text: planText(plan), verdict: plan.missing.length > 0 ? 3 : 0 };
    if (format === 'text') print({ data: undefined, text: planText(plan) });
    const report = await product.backUpBeforeUpgrade(environment, to, context);
    return { data: report, text: reportText(report), verdict: verdicts[report.result] };
  },
};

function planText({ from, to, parts, missing, warnings }: UpgradePlan): string {
  return [
    `From Kong ${from} to ${to}. Taken: ${parts.join(', ')}.`,
    ...missing.map(({ method, reason, remedy }) => `missing: ${method}: ${reason} ${remedy}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

function reportText({ snapshot, verification, findings, reminders, to }: BeforeUpgradeReport): string {
  const { failures = [], coverage, warnings } = snapshot;
  const total = findings.reduce((sum, { diagnostics }) => sum + diagnostics.length, 0);
  return [
    `${snapshot.id}, pinned`,
    verification ? `Verified deep: ${verification.result}.` : 'It could not be verified.',
    ...(verification?.problems ?? []).map((problem) => `problem: ${problem}`),
    ...failures.map(({ part, reason, remedy }) => `failed: ${part}: ${reason} ${remedy}`),
    total === 0
      ? `Kong ${to} takes its declarative files as today's does.`
      : `New with Kong ${to}: ${plural(total, 'finding')}.`,
    ...findings.flatMap(({ path, diagnostics }) =>
      diagnostics.map(
        ({ severity, code, message, path: at, range: { start } }) =>
          `${path}:${start.line + 1}: ${severity}: ${code}: ${at === '' ? '' : `${at}: `}${message}`,
      ),
    ),
    ...coverage.notHeld.map((gap) => `not held: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
    ...reminders.map((reminder) => `remember: ${reminder}`),
  ].join('\n');
}
