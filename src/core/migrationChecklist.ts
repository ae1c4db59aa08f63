import type { Migration, MigrationStep, StepState } from './migration.js';

/** A line of the checklist that a checkpoint is decided by. */
export interface ChecklistLine {
  step: MigrationStep;
  /** `open`: not done, or not done as it should be; `doubt`: done, with something to know. */
  state: 'fine' | 'doubt' | 'open';
  text: string;
}

/** What the steps before a checkpoint came to. */
export function checklistOf({ steps }: Migration, checkpoint: MigrationStep): ChecklistLine[] {
  const end = steps.findIndex(({ step }) => step === checkpoint);
  return steps.slice(0, Math.max(end, 0)).map((state) => ({ step: state.step, ...verdictOf(state) }));
}

function verdictOf({ status, runs, decision, override }: StepState): Omit<ChecklistLine, 'step'> {
  const summary = runs.at(-1)?.outcome?.summary ?? '';
  if (decision) {
    return {
      state: decision.decision === 'go' ? 'fine' : 'open',
      text: `${decision.decision}, by ${decision.by}: ${decision.reason}`,
    };
  }
  if (override) return { state: 'doubt', text: `${summary} Gone on by ${override.by}: ${override.reason}`.trim() };
  if (status === 'done') return { state: 'fine', text: summary };
  if (status === 'attention') return { state: 'doubt', text: summary };
  return { state: 'open', text: summary === '' ? `It is ${status}.` : summary };
}
