import { randomUUID } from 'node:crypto';
import type { OperationContext } from '../../core/context.js';
import type { Environment } from '../../core/environment.js';
import { isKongBackupError, KongBackupError } from '../../core/errors.js';
import type { Json } from '../../core/json.js';
import {
  isCheckpoint,
  type Migration,
  migrationFormat,
  type MigrationStep,
  migrationSteps,
  type StepOutcome,
  type StepRun,
} from '../../core/migration.js';
import { redact } from '../../core/redact.js';
import { folderTime, safeFileName } from '../../core/snapshotId.js';
import type { MigrationLog } from './migrationLog.js';

/** What one step has to work with. */
export interface StepCall {
  migration: Migration;
  blue: Environment;
  green: Environment;
  /** What the operator chose for this run, by the step's own words. */
  input: Readonly<Record<string, Json>>;
}

/** The work of one step. Steps that a person decides have none. */
export interface StepWork {
  readonly step: MigrationStep;
  /** @throws KongBackupError: then the step failed, and says why. */
  run(call: StepCall, context: OperationContext): Promise<StepOutcome>;
}

export interface RunbookParts {
  log: MigrationLog;
  work: readonly StepWork[];
  /** By name. @throws KongBackupError `environment-missing`. */
  environment(name: string): Promise<Environment>;
  /** By id: a renamed environment is the same. */
  environmentById(id: string, name: string): Promise<Environment>;
  now(): Date;
}

/** A move from blue to green that is walked with the operator, a step at a time, and survives whoever walks it. */
export interface Runbook {
  list: MigrationLog['list'];
  read: MigrationLog['read'];
  /** @throws KongBackupError `environment-missing`, `environment-invalid` for a side that is both or may not be written. */
  start(blue: string, green: string): Promise<Migration>;
  /**
   * Runs a step, for the first time or again. Those before it must be over.
   * @param input `again: true` runs one that somebody else's program, which is no more, began.
   * @throws KongBackupError `migration-step-stopped`, `cancelled`; what the step throws is its outcome.
   */
  run(
    id: string,
    step: MigrationStep,
    input: Readonly<Record<string, Json>>,
    context: OperationContext,
  ): Promise<Migration>;
  /** Signs a checkpoint. @throws KongBackupError `migration-step-stopped`. */
  decide(id: string, step: MigrationStep, decision: 'go' | 'no-go', reason: string): Promise<Migration>;
  /** Goes on in spite of what a step found, or leaves it out. @param reason is kept, and must not be empty. */
  override(id: string, step: MigrationStep, reason: string): Promise<Migration>;
  note(id: string, step: MigrationStep, note: string): Promise<Migration>;
  /**
   * Nobody goes on with it, and nothing reminds of it any more: it was given up, or another one took its place. Its record stays.
   * @param reason is kept, and must not be empty. @throws KongBackupError `migration-step-stopped`.
   */
  close(id: string, reason: string): Promise<Migration>;
}

export function createRunbook(parts: RunbookParts): Runbook {
  const { log, work, now } = parts;
  const signed = () => ({ at: now().toISOString(), by: log.by });
  const startOf = async (id: string, step: MigrationStep): Promise<Migration> => {
    const migration = await log.read(id);
    refuseClosed(migration, step);
    refuseTooEarly(migration, step);
    return migration;
  };
  return {
    list: () => log.list(),
    read: (id) => log.read(id),
    async start(blueName, greenName) {
      const [blue, green] = await Promise.all([parts.environment(blueName), parts.environment(greenName)]);
      refusePair(blue, green);
      const id = safeFileName(`${blue.name}-to-${green.name}-${folderTime(now())}`.replace(/\s+/g, '-'));
      const sides = { blue: sideOf(blue), green: sideOf(green) };
      return log.create(id, { event: 'created', formatVersion: migrationFormat, ...signed(), ...sides });
    },
    async run(id, step, input, context) {
      const migration = await startOf(id, step);
      const job = work.find((each) => each.step === step);
      if (!job) throw stopped(id, step, 'This step is decided by a person.', 'Decide it: go or no-go, with a reason.');
      const { blue, green } = migration;
      const sides = await Promise.all([blue, green].map((side) => parts.environmentById(side.id, side.name)));
      refuseRunning(migration, step, log, input['again'] === true);
      const run = randomUUID();
      const begun = await log.add(id, { event: 'begun', step, owner: log.owner, run, ...signed() });
      const rival = rivalOf(migration, begun, step, run);
      if (rival) {
        await log.add(id, { event: 'withdrawn', step, run, ...signed() });
        throw stopped(id, step, `${rival.by} began it at the same moment.`, 'Wait until that is over.');
      }
      const call = { migration, blue: sides[0] as Environment, green: sides[1] as Environment, input };
      const outcome = await outcomeOfRun(job, call, context);
      const after = await log.add(id, { event: 'ended', step, run, ...outcome, ...signed() });
      if (outcome.result === 'cancelled') {
        throw new KongBackupError('cancelled', {
          place: `${id}: ${step}`,
          reason: 'Cancelled.',
          remedy: 'Run the step again to go on.',
        });
      }
      return after;
    },
    async decide(id, step, decision, reason) {
      await startOf(id, step);
      if (!isCheckpoint(step)) throw stopped(id, step, 'This step is not decided but run.', 'Run it.');
      if (reason.trim() === '')
        throw stopped(id, step, 'Nobody said why.', 'Decide it with a reason: it is signed, and the report keeps it.');
      return log.add(id, { event: 'decided', step, decision, reason: redact(reason), ...signed() });
    },
    async override(id, step, reason) {
      await startOf(id, step);
      if (isCheckpoint(step))
        throw stopped(id, step, 'A checkpoint is not left out.', 'Decide it: go or no-go, with a reason.');
      if (reason.trim() === '')
        throw stopped(id, step, 'No reason was given.', 'Say why to go on: the report keeps it.');
      return log.add(id, { event: 'overridden', step, reason: redact(reason), ...signed() });
    },
    async note(id, step, note) {
      if (note.trim() === '') throw stopped(id, step, 'The note is empty.', 'Say what to note.');
      return log.add(id, { event: 'noted', step, note: redact(note), ...signed() });
    },
    async close(id, reason) {
      const migration = await log.read(id);
      const { next } = migration;
      refuseClosed(migration, 'close');
      if (next === undefined) throw stopped(id, 'close', 'All steps are over.', 'There is nothing to close.');
      if (reason.trim() === '') throw stopped(id, 'close', 'Nobody said why.', 'Say why: the report keeps it.');
      for (const { step } of migration.steps) refuseRunning(migration, step, log, false);
      return log.add(id, { event: 'closed', reason: redact(reason), ...signed() });
    },
  };
}

const sideOf = ({ id, name }: Environment) => ({ id, name });

async function outcomeOfRun(job: StepWork, call: StepCall, context: OperationContext): Promise<StepOutcome> {
  try {
    return await job.run(call, context);
  } catch (error) {
    if (!isKongBackupError(error)) {
      const message = error instanceof Error ? error.name : typeof error;
      context.log.error(`migration: ${String(error)}`);
      const finding = {
        severity: 'stop' as const,
        message: `Something unforeseen happened: ${message}.`,
        remedy: 'See the log.',
      };
      return { result: 'failed', summary: finding.message, figures: {}, findings: [finding] };
    }
    const { code, place, reason, remedy } = error;
    const result = code === 'cancelled' ? 'cancelled' : 'failed';
    const message = `${place}: ${reason}`;
    return {
      result,
      summary: reason,
      figures: {},
      findings: [{ severity: 'stop', message, ...(remedy && { remedy }) }],
    };
  }
}

function refuseClosed({ id, closed }: Migration, doing: MigrationStep | 'close'): void {
  if (!closed) return;
  const reason = `It was closed ${closed.at} by ${closed.by}: ${closed.reason}`;
  throw stopped(id, doing, reason, 'Start a new migration: what was done stays done.');
}

/** Who walks a migration may be somebody else at the same time. */
function refuseRunning({ id, steps }: Migration, step: MigrationStep, log: MigrationLog, again: boolean): void {
  const state = steps.find((each) => each.step === step);
  const run = state?.runs.at(-1);
  if (state?.status !== 'running' || !run || again || log.isGone(run.owner)) return;
  throw stopped(
    id,
    step,
    `${run.by} runs it since ${run.begunAt}.`,
    'Wait until it is over. If that program is no more, run the step with "again".',
  );
}

const runsOf = ({ steps }: Migration, step: MigrationStep) => steps.find((each) => each.step === step)?.runs ?? [];

/** Who began a step at the same moment, and neither knew of the other: whose line stands first goes on. */
function rivalOf(before: Migration, begun: Migration, step: MigrationStep, run: string): StepRun | undefined {
  const known = new Set(runsOf(before, step).map(({ id }) => id));
  const fresh = runsOf(begun, step).filter(({ id, endedAt }) => !known.has(id) && endedAt === undefined);
  return fresh[0]?.id === run ? undefined : fresh[0];
}

function refuseTooEarly({ id, steps }: Migration, step: MigrationStep): void {
  const before = migrationSteps.slice(0, migrationSteps.indexOf(step));
  const open = steps.find(
    (each) => before.includes(each.step) && !['done', 'attention', 'left-out'].includes(each.status),
  );
  if (!open) return;
  throw stopped(
    id,
    step,
    `The step ${open.step} comes before it, and is ${open.status}.`,
    open.status === 'stopped'
      ? 'Mend what it found and run it again, or override it with a reason.'
      : 'Run that one first, or leave it out with a reason.',
  );
}

function refusePair(blue: Environment, green: Environment): void {
  const problem =
    blue.id === green.id
      ? 'Blue and green are the same environment.'
      : green.readOnly
        ? 'Green is marked readOnly: nothing could be written to it.'
        : undefined;
  if (problem === undefined) return;
  throw new KongBackupError('environment-invalid', {
    place: green.name,
    reason: problem,
    remedy: 'Name the environment to move from, then the one to move to.',
  });
}

const stopped = (id: string, step: MigrationStep | 'close', reason: string, remedy: string): KongBackupError =>
  new KongBackupError('migration-step-stopped', { place: `${id}: ${step}`, reason, remedy });
