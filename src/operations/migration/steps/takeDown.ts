import type { Migration, StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

const day = 86_400_000;

/** When blue may be taken down: a day after green got all of the traffic. Undefined before. */
export function takeDownFrom({ steps }: Migration): Date | undefined {
  const state = steps.find(({ step }) => step === 'canary-100');
  // Where the operator moved the traffic without a step of ours, they said when.
  const ended = state?.runs.at(-1)?.endedAt ?? state?.override?.at;
  const isOver = ['done', 'attention', 'left-out'].includes(state?.status ?? '');
  return isOver && ended !== undefined ? new Date(Date.parse(ended) + day) : undefined;
}

/** Reminds of blue, which its operator takes down: the product never does. */
export const takeDown = (tools: MigrationTools): StepWork => ({
  step: 'take-down',
  run({ migration }): Promise<StepOutcome> {
    const from = takeDownFrom(migration);
    const left = from === undefined ? 0 : from.getTime() - tools.now().getTime();
    const isTime = left <= 0;
    return Promise.resolve({
      result: isTime ? 'done' : 'attention',
      summary: isTime
        ? 'Blue may be taken down now, by you. Keep its backup.'
        : `Leave blue as it is for another ${hoursText(left)}: it is the way back.`,
      figures: from ? { from: from.toISOString() } : {},
      findings: isTime
        ? []
        : [
            {
              severity: 'stop',
              message: `Green has all of the traffic since less than 24 hours; blue may be taken down from ${from?.toISOString() ?? ''}.`,
              remedy: 'Run this step again then.',
            },
          ],
    });
  },
});

function hoursText(time: number): string {
  const minutes = Math.ceil(time / 60_000);
  return minutes < 60 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
