import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { PartRestorePlan, PartRestoreResult, PartSource, PartStep } from '../core/partDriver.js';
import { runCommand } from './gatewayCommands.js';
import { actionsOf, isMissingIndexes, startByHand, wayBack } from './mongoActions.js';
import { openMongo } from './mongoEngine.js';
import { readMongoFolder } from './mongoFolder.js';
import { type MongoRestoreOptions, type MongoSurvey, surveyDocuments, warningsOf } from './mongoSurvey.js';

type RestoreOptions = MongoRestoreOptions & { confirm(step: PartStep): Promise<boolean>; from?: string };

/** Milliseconds for bringing back what was there, when a restore failed or was cancelled. */
const undoLimit = 10 * 60_000;

/** @throws KongBackupError `database-*`, `tool-*`, `environment-invalid`, `cancelled`. */
export async function planDocuments(
  target: Target,
  source: PartSource,
  options: MongoRestoreOptions,
  context: OperationContext,
): Promise<PartRestorePlan> {
  try {
    const known = await surveyDocuments(target, source, options, context);
    const steps = actionsOf(known).map(({ step }) => step);
    return { steps, warnings: warningsOf(known, source), counts: known.counts };
  } catch (error) {
    if (!isKongBackupError(error, 'dump-damaged')) throw error;
    return { steps: [], warnings: [], refused: { reason: error.reason, remedy: error.remedy } };
  }
}

/** Does the steps, from the first on whatever `from` says. When one fails behind the drop, what was there is brought back from the safety dump. */
export async function restoreDocuments(
  target: Target,
  source: PartSource,
  options: RestoreOptions,
  context: OperationContext,
): Promise<PartRestoreResult> {
  const known = await surveyDocuments(target, source, options, context);
  const actions = actionsOf(known);
  const result: PartRestoreResult = { done: [], verified: false, warnings: warningsOf(known, source) };
  for (const [at, { step, run }] of actions.entries()) {
    context.report({ step: 'apply', subject: step.title, done: at, total: actions.length });
    try {
      throwIfCancelled(context.signal, step.title);
      if (step.destroys !== undefined && !(await options.confirm(step))) {
        await startAgain(known, result);
        return result;
      }
      await run(context, result);
      result.done.push(step.id);
    } catch (error) {
      const isIn = result.done.includes('load') || isMissingIndexes(error);
      const back = isIn ? stays(known, result) : await takeBack(known, result, step.id, context);
      await startAgain(known, result);
      if (!isKongBackupError(error) || error.code === 'cancelled') {
        if (back === undefined) throw error;
        context.log.warn(back);
        throw isKongBackupError(error) ? withRemedy(error, back) : error;
      }
      const remedy = [error.remedy, back, 'A restore begins anew each time.'].filter(Boolean).join(' ');
      return { ...result, verified: false, failed: { step: step.id, reason: error.reason, remedy } };
    }
  }
  if (result.done.includes('drop')) {
    result.warnings.push({ code: 'documents-kept', message: wayBack(known.undoPlace) });
  }
  return result;
}

/** Who cancelled reads what is there now, too. */
const withRemedy = ({ code, place, reason, cause }: KongBackupError, remedy: string): KongBackupError =>
  new KongBackupError(code, { place, reason, remedy, ...(cause !== undefined && { cause }) });

const stays = ({ undoPlace }: MongoSurvey, { done }: PartRestoreResult): string | undefined =>
  done.includes('drop') ? wayBack(undoPlace) : undefined;

/** @returns what became of what was there, in a sentence; undefined when nothing had been touched. */
async function takeBack(
  { connection, undoPlace }: MongoSurvey,
  { done }: PartRestoreResult,
  failed: string,
  { log }: OperationContext,
): Promise<string | undefined> {
  if (!done.includes('safety') || (failed !== 'drop' && !done.includes('drop'))) {
    return failed === 'load' ? 'Some documents may be in already: restore again, they are not doubled.' : undefined;
  }
  try {
    const context = { ...quietContext(AbortSignal.timeout(undoLimit)), log };
    const withMongo = await openMongo();
    const folder = await readMongoFolder(undoPlace);
    const { indexErrors } = await withMongo(connection, context, async ({ drop, load }) => {
      await drop();
      return load(folder);
    });
    done.splice(done.indexOf('drop') < 0 ? done.length : done.indexOf('drop'), 1);
    const lacks = indexErrors.length === 0 ? '' : ` Its indexes are not all there: ${indexErrors.join(' ')}`;
    return `What was there before was brought back; it is kept in ${undoPlace} too.${lacks}`;
  } catch (error) {
    return `Bringing back failed too (${error instanceof Error ? error.message : String(error)}). ${wayBack(undoPlace)}`;
  }
}

/** What was stopped runs again, whatever became of the restore. */
async function startAgain({ target }: MongoSurvey, { done, warnings }: PartRestoreResult): Promise<void> {
  const command = target.environment.mongodb?.start;
  if (!done.includes('stop') || done.includes('start')) return;
  if (!command) {
    warnings.push(startByHand);
    return;
  }
  try {
    await runCommand(target, command, 'mongodb.start', quietContext(AbortSignal.timeout(undoLimit)));
  } catch (error) {
    const message = `Starting again failed: ${error instanceof Error ? error.message : String(error)}`;
    warnings.push({ code: 'documents-not-started', message });
  }
}
