import type { OperationContext } from '../../core/context.js';
import type { Command } from '../../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../../core/errors.js';
import {
  isCheckpoint,
  type Migration,
  type MigrationStep,
  migrationSteps,
  type StepFinding,
} from '../../core/migration.js';
import { redact } from '../../core/redact.js';
import { type MigrationLog } from './migrationLog.js';
import { createRunbook, type Runbook, type RunbookParts, type StepCall, type StepWork } from './runbook.js';
import { backupCommand, blueBackup } from './steps/blueBackup.js';
import { canary, type CanarySides, canarySteps, percentOf, splitCommand, splitOf } from './steps/canary.js';
import { changeEmbargo, slippedThrough, snapshotOf } from './steps/changeEmbargo.js';
import { configurationDump } from './steps/configurationDump.js';
import { configurationSync } from './steps/configurationSync.js';
import { credentials } from './steps/credentials.js';
import { observability } from './steps/observability.js';
import { platformCheck } from './steps/platformCheck.js';
import { type RegressionAnswers, regressionTests } from './steps/regressionTests.js';
import { takeDown, takeDownFrom } from './steps/takeDown.js';
import { lastWords } from './steps/words.js';
import type { LoginToRecreate, MigrationTools } from './tools.js';

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
  /** When blue may be taken down; undefined before green has all of the traffic. */
  takeDownFrom(migration: Migration): Date | undefined;
  /** Logins that the dump does not bring over: none before there is one. @throws KongBackupError `snapshot-*`. */
  logins(id: string, context: OperationContext): Promise<LoginToRecreate[]>;
  /** What the regression tests of this process got last, to be looked at: it is kept nowhere. */
  answers(id: string): readonly RegressionAnswers[];
}

export function createMigrations({ log, tools, environment, environmentById }: MigrationsParts): Migrations {
  const answers = new Map<string, readonly RegressionAnswers[]>();
  const work = [
    platformCheck(tools),
    changeEmbargo(tools),
    blueBackup(tools),
    observability(tools),
    configurationDump(tools),
    configurationSync(tools),
    credentials(tools),
    regressionTests(tools, (id, got) => void answers.set(id, got)),
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
      if (step === 'blue-backup') return backupCommand(await sidesOf(id));
      const percent = percentOf(step);
      return percent === undefined ? undefined : splitCommand(splitOf(await sidesOf(id)), percent);
    },
    rollbackCommand,
    async rollback(id, context) {
      const command = await rollbackCommand(id);
      const { exitCode, stdout, stderr } = await tools.run(command, { KONG_BACKUP_PERCENT: '0' }, context);
      const said = exitCode === 0 ? '' : ` ${lastWords(stderr || stdout)}`;
      const step = lastCanary(await log.read(id));
      const told = { step, command: redact(command.join(' ')), exitCode, said: said.trim() };
      const signed = { at: tools.now().toISOString(), by: log.by };
      const after = await log.add(id, { event: 'rolled-back', ...told, ...signed });
      if (exitCode === 0) return after;
      throw new KongBackupError('tool-failed', {
        place: command[0],
        reason: `It ended with ${exitCode}.${said}`,
        remedy: 'The traffic may still go to green: move it to blue by hand.',
      });
    },
    takeDownFrom,
    async logins(id, context) {
      const dump = snapshotOf(await log.read(id), 'configuration-dump');
      return dump === undefined ? [] : tools.loginsToRecreate(dump, context);
    },
    answers: (id) => answers.get(id) ?? [],
  };
}

/** The split that was tried last. */
const lastCanary = ({ steps }: Migration): MigrationStep =>
  steps.findLast(({ step, runs }) => percentOf(step) !== undefined && runs.length > 0)?.step ?? 'canary-1';

/** Steps after the embargo look whether it was held. */
const holdsEmbargo = (step: MigrationStep): boolean =>
  migrationSteps.indexOf(step) > migrationSteps.indexOf('change-embargo') && !isCheckpoint(step);

const takeOver =
  'To take just that over, run configuration-dump and configuration-sync again: only what differs is written.';
const isTakenOver = 'This dump holds it, and configuration-sync takes it over: see whether it was meant.';

const watched = (tools: MigrationTools, { step, run }: StepWork): StepWork => ({
  step,
  async run(call, context) {
    const outcome = await run(call, context);
    const slipped = await embargoFindings(tools, call, step === 'configuration-dump' ? isTakenOver : takeOver, context);
    if (slipped.length === 0) return outcome;
    const result = outcome.result === 'done' ? 'attention' : outcome.result;
    return { ...outcome, result, findings: [...outcome.findings, ...slipped] };
  },
});

/** That blue can't be asked says nothing about the step itself. */
async function embargoFindings(
  tools: MigrationTools,
  { migration, blue }: StepCall,
  remedy: string,
  context: OperationContext,
): Promise<StepFinding[]> {
  try {
    return await slippedThrough(tools, { migration, blue, remedy }, context);
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const message = `Whether somebody changed blue is not known: ${error.place}: ${error.reason}`;
    return [{ severity: 'attention', message, ...(error.remedy && { remedy: error.remedy }) }];
  }
}
