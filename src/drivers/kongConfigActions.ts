import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type {
  PartDriver,
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import type { Looked, Refusal } from './kongConfigSurvey.js';

/** A step of a restore, how it is done, and how it is taken back when it or a later one fails. */
export interface KongAction {
  step: PartStep;
  run(context: OperationContext): Promise<void>;
  /** Absent where a person has to decide: the step's own `undo` says how. */
  undo?(context: OperationContext): Promise<void>;
}

export interface KongRestoreOptions extends PartRestoreOptions {
  confirm(step: PartStep): Promise<boolean>;
  from?: string;
}

/** A way of bringing a declarative file back: how to look at the target, and what to do. */
export interface KongRestoreWay<Survey> {
  /** @throws KongBackupError `tool-*`, `gateway-*`, `store-*`, `file-invalid`, `cancelled`. */
  survey(
    options: DeclarativeFileOptions,
    target: Target,
    source: PartSource,
    wanted: PartRestoreOptions,
    context: OperationContext,
  ): Promise<Looked<Survey>>;
  /** With the last of them, `compare`, done the target is known to hold what the snapshot does. */
  actions(options: DeclarativeFileOptions, survey: Survey): KongAction[];
  counts(survey: Survey): NonNullable<PartRestorePlan['counts']>;
}

const dated = (options: DeclarativeFileOptions, { at }: PartRestoreOptions): DeclarativeFileOptions =>
  at ? { ...options, now: () => at } : options;

/** Plans and does restores by a way. What is refused has a plan without steps, and can't be done. */
export const restoresBy = <Survey>(
  { survey: look, actions, counts }: KongRestoreWay<Survey>,
  options: DeclarativeFileOptions,
): Pick<PartDriver, 'planRestore' | 'restore'> => ({
  async planRestore(target, source, wanted, context) {
    const { survey, refused, warnings } = await look(options, target, source, wanted, context);
    if (survey)
      return {
        steps: actions(dated(options, wanted), survey).map(({ step }) => step),
        warnings,
        counts: counts(survey),
      };
    if (!refused) return { steps: [], warnings };
    const { reason, remedy } = refused;
    return { steps: [], warnings, refused: { reason, remedy } };
  },
  async restore(target, source, wanted, context) {
    const { survey, refused, warnings } = await look(options, target, source, wanted, context);
    if (!survey) throw refusedRestore(refused, target);
    const { done, failed } = await runActions(actions(dated(options, wanted), survey), wanted, context);
    const verified = done.includes('compare');
    return {
      done,
      ...(failed && { failed }),
      verified,
      ...(verified && { counts: counts(survey).snapshot }),
      warnings,
    };
  },
});

function refusedRestore(refused: Refusal | undefined, { environment }: Target): KongBackupError {
  return new KongBackupError(refused?.code ?? 'internal', {
    place: environment.name,
    reason: refused?.reason ?? 'It can not be restored.',
    remedy: refused?.remedy ?? '',
  });
}

/** Milliseconds that taking back may use, even when the restore itself was cancelled. */
const undoTime = 120_000;

/**
 * Does the steps in order, from the one that is named. What failed or was cancelled is taken back where that can be done.
 * @throws KongBackupError `cancelled`; what is no KongBackupError.
 */
export async function runActions(
  actions: readonly KongAction[],
  { confirm, from }: KongRestoreOptions,
  context: OperationContext,
): Promise<Pick<PartRestoreResult, 'done' | 'failed'>> {
  const done: string[] = [];
  const reached: KongAction[] = [];
  const first = Math.max(
    0,
    actions.findIndex(({ step }) => step.id === from),
  );
  for (const [at, action] of actions.entries()) {
    if (at < first) continue;
    const { step } = action;
    context.report({ step: 'apply', subject: step.title, done: at, total: actions.length });
    try {
      throwIfCancelled(context.signal, step.title);
      if (step.destroys !== undefined && !(await confirm(step))) {
        await takeBack(reached, done, context);
        return { done };
      }
      reached.push(action);
      await action.run(context);
      done.push(step.id);
    } catch (error) {
      const problem = await takeBack(reached, done, context);
      // Who cancelled reads no result: the log is where they learn what is left to do.
      if (problem !== undefined) context.log.error(problem);
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      context.log.warn(`${step.title} ${error.message}`);
      const remedy = problem === undefined ? error.remedy : `${error.remedy} ${problem}`;
      return { done, failed: { step: step.id, reason: error.reason, remedy } };
    }
  }
  return { done };
}

/**
 * The last one first, as far as it goes: what an earlier step kept is needed to take a later one back by hand.
 * @returns what could not be taken back, and how to do it.
 */
async function takeBack(reached: KongAction[], done: string[], { log }: OperationContext): Promise<string | undefined> {
  const context = { ...quietContext(AbortSignal.timeout(undoTime)), log };
  for (const { step, undo } of reached.reverse()) {
    if (!undo) continue;
    try {
      await undo(context);
      done.splice(0, done.length, ...done.filter((id) => id !== step.id));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return `Taking it back failed too (${reason}): ${step.undo ?? step.title}`;
    }
  }
  return undefined;
}
