import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type {
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import { type Action, actionsOf, outageSteps } from './postgresActions.js';
import { refusalOf, warningsOf } from './postgresPlan.js';
import { surveyRestore, type Survey } from './postgresSurvey.js';

/** @throws KongBackupError `database-*`, `tool-*`, `cancelled`. */
export async function planDatabaseRestore(
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  now: Date,
  context: OperationContext,
): Promise<PartRestorePlan> {
  let survey: Survey;
  try {
    survey = await surveyRestore(target, source, options, now, context);
  } catch (error) {
    if (!isKongBackupError(error, 'dump-damaged')) throw error;
    return { steps: [], warnings: [], refused: { reason: error.reason, remedy: error.remedy } };
  }
  const refusal = refusalOf(survey, { resuming: false });
  const counts = { target: survey.targetCounts, snapshot: source.record.counts };
  const warnings = warningsOf(survey, source, target.environment.kong);
  if (refusal) return { steps: [], warnings, refused: { reason: refusal.reason, remedy: refusal.remedy }, counts };
  return { steps: actionsOf({ target, source, survey, now }).map(({ step }) => step), warnings, counts };
}

export interface DatabaseRestoreOptions extends PartRestoreOptions {
  confirm(step: PartStep): Promise<boolean>;
  from?: string;
}

/**
 * Does the steps of the plan. When one of those that touch the gateway fails or is declined, those before it are taken back:
 * the live database is as it was, and the gateway runs again.
 */
export async function restoreDatabase(
  target: Target,
  source: PartSource,
  options: DatabaseRestoreOptions,
  now: Date,
  context: OperationContext,
): Promise<PartRestoreResult> {
  const survey = await surveyRestore(target, source, options, now, context);
  const refusal = refusalOf(survey, { resuming: options.from !== undefined });
  if (refusal) throw new KongBackupError(refusal.code, { place: survey.session.place, ...refusal });
  const warnings = warningsOf(survey, source, target.environment.kong);
  const actions = actionsOf({ target, source, survey, now });
  const run = new RestoreRun(actions, options, context);
  const failed = await run.from(firstStep(actions, survey, options.from)).catch((error: unknown) => {
    // Who cancelled reads no result: the log is where they learn what is there now.
    for (const { message } of remains(run, survey)) context.log.warn(message);
    throw error;
  });
  warnings.push(...remains(run, survey));
  return {
    done: run.done,
    ...(failed && { failed }),
    verified: run.done.includes('read-back') || (run.done.includes('compare') && run.isOver),
    ...(run.done.includes('compare') || run.done.includes('read-back') ? { counts: source.record.counts } : {}),
    warnings,
  };
}

const remains = ({ isIn, leavesScratch }: RestoreRun, survey: Survey): PartRestoreResult['warnings'] =>
  isIn ? afterwards(survey) : leavesScratch ? [leftBehind(survey)] : [];

const afterwards = ({ target, old, live, choices }: Survey): PartRestoreResult['warnings'] =>
  target && !choices.inPlace
    ? [
        {
          code: 'database-kept',
          message: `The database as it was is kept as ${old}. When all is well, drop it; to go back, rename it to ${live}.`,
        },
      ]
    : [];

const leftBehind = ({ scratch }: Survey): PartRestoreResult['warnings'][number] => ({
  code: 'database-scratch-kept',
  message: `The restored database is kept as ${scratch}: go on from where it stopped, or drop it.`,
});

/** Where to go on: what was taken back or thrown away has to be done again. */
function firstStep(actions: readonly Action[], { scratchThere }: Survey, from: string | undefined): number {
  const at = (id: string): number => actions.findIndex(({ step }) => step.id === id);
  if (from === undefined || at(from) < 0) return 0;
  const isOutage = (outageSteps as readonly string[]).includes(from);
  if (!isOutage) return ['load', 'compare'].includes(from) ? 0 : at(from);
  // Compared again: what an earlier run left may never have been filled.
  return scratchThere ? at('compare') : 0;
}

/** Seconds that taking back may use, when the restore itself was cancelled. */
const undoLimit = 60_000;

/** One walk through the steps. */
class RestoreRun {
  readonly done: string[] = [];
  isIn = false;
  isOver = false;
  private readonly reached: Action[] = [];

  constructor(
    private readonly actions: readonly Action[],
    private readonly options: DatabaseRestoreOptions,
    private readonly context: OperationContext,
  ) {}

  get leavesScratch(): boolean {
    return this.done.includes('compare') && !this.isOver;
  }

  /** What is in is not taken back, and a gateway is started only with what was found equal. */
  private get stillStopped(): string | undefined {
    return this.done.includes('stop') && !this.done.includes('start') ? 'The gateway is still stopped.' : undefined;
  }

  /** @returns what failed; undefined when all was done, or a step was declined. @throws KongBackupError `cancelled`. */
  async from(first: number): Promise<PartRestoreResult['failed']> {
    const { context } = this;
    for (const [at, action] of this.actions.entries()) {
      if (at < first) continue;
      const { step } = action;
      context.report({ step: 'apply', subject: step.title, done: at, total: this.actions.length });
      try {
        throwIfCancelled(context.signal, step.title);
        if (step.destroys !== undefined && !(await this.options.confirm(step))) {
          await this.takeBack();
          return undefined;
        }
        this.reached.push(action);
        await action.run(context);
      } catch (error) {
        return this.failure(step, error);
      }
      this.done.push(step.id);
      this.isIn ||= action.isIn === true;
    }
    this.isOver = true;
    return undefined;
  }

  private async failure(step: PartStep, error: unknown): Promise<PartRestoreResult['failed']> {
    const wentBack = this.isIn ? this.stillStopped : await this.takeBack();
    if (wentBack !== undefined) this.context.log.error(wentBack);
    if (isKongBackupError(error, 'cancelled') || !isKongBackupError(error)) throw error;
    this.context.log.warn(`${step.title} ${error.message}`);
    const remedy = wentBack ? `${error.remedy} ${wentBack}` : error.remedy;
    return { step: step.id, reason: error.reason, remedy };
  }

  /**
   * Takes back the steps that touched the gateway, the last one first; before them, the database that was only half filled.
   * @returns what could not be taken back.
   */
  private async takeBack(): Promise<string | undefined> {
    if (this.isIn) return undefined;
    const context: OperationContext = { ...quietContext(AbortSignal.timeout(undoLimit)), log: this.context.log };
    const isCompared = this.done.includes('compare') || !this.reached.some(({ step }) => step.id === 'create');
    let problem: string | undefined;
    for (const { step, undo } of this.reached.reverse()) {
      if (!undo || (isCompared && step.id === 'create')) continue;
      try {
        await undo(context);
        this.done.splice(0, this.done.length, ...this.done.filter((id) => id !== step.id));
      } catch (error) {
        problem ??= `Taking it back failed too (${error instanceof Error ? error.message : String(error)}): ${step.undo ?? ''}`;
      }
    }
    return problem;
  }
}
