import type { OperationContext } from '../../core/context.js';
import type { Command } from '../../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../../core/errors.js';
import { type Migration, type MigrationStep, migrationSteps, type StepFinding } from '../../core/migration.js';
import { type MigrationLog } from './migrationLog.js';
import { createRunbook, decided, type Runbook, type RunbookParts, type StepCall, type StepWork } from './runbook.js';
import { blueBackup } from './steps/blueBackup.js';
import { canary, type CanarySides, canarySteps, percentOf, splitCommand, splitOf } from './steps/canary.js';
import { changeEmbargo, slippedThrough } from './steps/changeEmbargo.js';
import { configurationDump } from './steps/configurationDump.js';
import { configurationSync } from './steps/configurationSync.js';
import { credentials } from './steps/credentials.js';
import { observability } from './steps/observability.js';
import { platformCheck } from './steps/platformCheck.js';
import { regressionTests } from './steps/regressionTests.js';
import { takeDown } from './steps/takeDown.js';
import { lastWords } from './steps/words.js';
import type { MigrationTools } from './tools.js';

export interface MigrationsParts extends Pick<RunbookParts, 'environment' | 'environmentById'> {
  log: MigrationLog;
  tools: MigrationTools;
}

/** The runbook with the work of every step, and the way back from a split of the traffic. */
export interface Migrations extends Runbook {
  /** The operator's command that a step would run; undefined for one that runs none. @throws as `Runbook.run`. */
  commandOf(id: string, step: MigrationStep): Promise<Command | undefined>;
  /** The command that sends all traffic to blue again. @throws KongBackupError `environment-invalid` where nobody named it. */
  rollbackCommand(id: string): Promise<Command>;
  /** Runs it, and keeps that it was. @throws KongBackupError `tool-*`, `cancelled`. */
  rollback(id: string, context: OperationContext): Promise<Migration>;
}

export function createMigrations({ log, tools, environment, environmentById }: MigrationsParts): Migrations {
  const work = [
    platformCheck(tools),
    changeEmbargo(tools),
    blueBackup(tools),
    observability(tools),
    configurationDump(tools),
    configurationSync(tools),
    credentials(tools),
    regressionTests(tools),
    ...canarySteps.map((step) => canary(tools, step)),
    takeDown(tools),
  ].map((each) => (holdsEmbargo(each.step) ? watched(tools, each) : each));
  const runbook = createRunbook({ log, work, environment, environmentById, now: () => tools.now() });
  const sidesOf = async (id: string): Promise<CanarySides> => {
    const { blue, green } = await log.read(id);
    return { blue: await environmentById(blue.id, blue.name), green: await environmentById(green.id, green.name) };
  };
  const rollbackCommand = async (id: string): Promise<Command> => splitOf(await sidesOf(id)).rollback;
  return {
    ...runbook,
    async commandOf(id, step) {
      const percent = percentOf(step);
      return percent === undefined ? undefined : splitCommand(splitOf(await sidesOf(id)), percent);
    },
    rollbackCommand,
    async rollback(id, context) {
      const command = await rollbackCommand(id);
      const { exitCode, stdout, stderr } = await tools.run(command, { KONG_BACKUP_PERCENT: '0' }, context);
      const said = exitCode === 0 ? '' : ` ${lastWords(stderr || stdout)}`;
      const step = lastCanary(await log.read(id));
      const after = await runbook.note(id, step, `Rolled back by ${command.join(' ')}: exit code ${exitCode}.${said}`);
      if (exitCode === 0) return after;
      throw new KongBackupError('tool-failed', {
        place: command[0],
        reason: `It ended with ${exitCode}.${said}`,
        remedy: 'The traffic may still go to green: move it to blue by hand.',
      });
    },
  };
}

/** The split that was tried last. */
const lastCanary = ({ steps }: Migration): MigrationStep =>
  steps.findLast(({ step, runs }) => percentOf(step) !== undefined && runs.length > 0)?.step ?? 'canary-1';

/** Steps after the embargo look whether it was held; the dump itself takes over what changed. */
const holdsEmbargo = (step: MigrationStep): boolean =>
  migrationSteps.indexOf(step) > migrationSteps.indexOf('change-embargo') &&
  step !== 'configuration-dump' &&
  !decided.has(step);

const watched = (tools: MigrationTools, { step, run }: StepWork): StepWork => ({
  step,
  async run(call, context) {
    const outcome = await run(call, context);
    const slipped = await embargoFindings(tools, call, context);
    if (slipped.length === 0) return outcome;
    const result = outcome.result === 'done' ? 'attention' : outcome.result;
    return { ...outcome, result, findings: [...outcome.findings, ...slipped] };
  },
});

/** That blue can't be asked says nothing about the step itself. */
async function embargoFindings(
  tools: MigrationTools,
  { migration, blue }: StepCall,
  context: OperationContext,
): Promise<StepFinding[]> {
  try {
    return await slippedThrough(tools, migration, blue, context);
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const message = `Whether somebody changed blue is not known: ${error.place}: ${error.reason}`;
    return [{ severity: 'attention', message, ...(error.remedy && { remedy: error.remedy }) }];
  }
}
