import type { Migration, StepOutcome, StepState } from './migration.js';
import { visible } from './visible.js';

const titles: Readonly<Record<StepState['step'], string>> = {
  'platform-check': 'Platform check',
  'change-embargo': 'Change embargo',
  'blue-backup': 'Blue environment backup',
  observability: 'Observability',
  'go-no-go-execution': 'Go / no-go for the execution',
  'configuration-dump': 'Configuration dump',
  'configuration-sync': 'Configuration sync',
  credentials: 'Credentials to recreate',
  'regression-tests': 'Regression tests',
  'go-no-go-cut-over': 'Go / no-go for the cut over',
  'canary-1': 'Canary 1 %',
  'canary-5': 'Canary 5 %',
  'canary-10': 'Canary 10 %',
  'canary-50': 'Canary 50 %',
  'canary-100': 'All traffic',
  'take-down': 'Take down of blue',
};

export const titleOf = (step: StepState['step']): string => titles[step];

/** All that happened, for the file of the change: who did what, when, with which figures. Markdown. */
export function migrationReport({ id, createdAt, createdBy, blue, green, steps, next, closed }: Migration): string {
  const where = closed
    ? `**Closed**, ${closed.at}, by ${text(closed.by)}: ${text(closed.reason)}`
    : next === undefined
      ? 'All steps are over.'
      : `Next: ${titleOf(next)}.`;
  return [
    `# Migration from ${text(blue.name)} to ${text(green.name)}`,
    '',
    `\`${id}\`, begun ${createdAt} by ${text(createdBy)}. ${where}`,
    '',
    '| step | state | who | when |',
    '| --- | --- | --- | --- |',
    ...steps.map(rowOf),
    ...steps
      .filter(({ runs, notes, decision, override }) => runs.length + notes.length > 0 || decision || override)
      .flatMap(section),
    '',
  ].join('\n');
}

function rowOf({ step, status, runs, decision, override, rolledBackAt }: StepState): string {
  const run = runs.at(-1);
  const last = decision ?? override;
  return `| ${titleOf(step)} | ${rolledBackAt === undefined ? status : `${status}, rolled back at ${rolledBackAt}`} | ${text(last?.by ?? run?.by ?? '')} | ${last?.at ?? run?.endedAt ?? run?.begunAt ?? ''} |`;
}

function section({ step, runs, notes, decision, override }: StepState): string[] {
  return [
    '',
    `## ${titleOf(step)}`,
    ...runs.flatMap(({ begunAt, endedAt, by, outcome }) => [
      '',
      `${begunAt} to ${endedAt ?? 'an end that nobody saw'}, by ${text(by)}: ${outcome ? text(outcome.summary) : 'it did not come to its end.'}`,
      ...(outcome ? outcomeLines(outcome) : []),
    ]),
    ...(decision
      ? ['', `**${decision.decision}**, ${decision.at}, by ${text(decision.by)}: ${text(decision.reason)}`]
      : []),
    ...(override ? ['', `**Gone on**, ${override.at}, by ${text(override.by)}: ${text(override.reason)}`] : []),
    ...notes.flatMap(({ note, at, by }) => ['', `Note, ${at}, by ${text(by)}: ${text(note)}`]),
  ];
}

function outcomeLines({ figures, findings }: StepOutcome): string[] {
  const rows = Object.entries(figures).map(([name, figure]) => `- ${text(name)}: ${text(String(figure))}`);
  const found = findings.map(
    ({ severity, message, remedy }) =>
      `- **${severity}**: ${text(message)}${remedy === undefined ? '' : ` _${text(remedy)}_`}`,
  );
  return [...(rows.length > 0 ? ['', ...rows] : []), ...(found.length > 0 ? ['', ...found] : [])];
}

/** Names come from gateways and people: none of it is Markdown of ours. */
const text = (raw: string): string =>
  visible(raw)
    .replace(/[\\`*_{}[\]<>|#]/g, '\\$&')
    .replace(/\s+/g, ' ');
