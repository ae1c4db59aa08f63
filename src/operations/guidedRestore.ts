import { isEmptyPlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { KeptState } from '../core/keptState.js';
import type { PartKind } from '../core/part.js';
import type { PartRestoreResult, PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import type { TextFile } from '../core/textFile.js';
import {
  clearRecovery,
  isOver,
  noted,
  readRecovery,
  type RecoveryRecord,
  type RecoveryState,
  type RecoveryStepId,
  writeRecovery,
} from './guidedRestoreState.js';
import type { KeptWork } from './guidedRestoreKept.js';
import type { PartWork } from './partWork.js';
import type { Restores } from './restores.js';

export interface GuidedRestoreParts extends KeptWork {
  snapshot(name: string): Promise<Manifest>;
  probe(environment: Environment, context: OperationContext): Promise<GatewayInfo>;
  parts: Pick<PartWork, 'planPartRestore' | 'restorePart'>;
  restores: Pick<Restores, 'planRestore' | 'restore'>;
  /** `kong migrations bootstrap`. @throws KongBackupError `database-not-empty`, `step-failed`. */
  bootstrap(environment: Environment, context: OperationContext): Promise<void>;
  /** Starts or restarts the gateway by the command of the environment. @returns false where it names none. */
  startGateway(environment: Environment, context: OperationContext): Promise<boolean>;
  /** Where the state of an environment's guided restore is kept. */
  stateFile(environment: Environment): TextFile;
  /** Milliseconds between two looks whether the gateway answers; how often to look. */
  patience?: { pause: number; attempts: number };
}

export interface RecoverRequest {
  /** Go on with the one that stopped. */
  resume?: boolean;
  /** Go on although the gateway is of another version than the snapshot. */
  acceptVersion?: boolean;
  /** Go on although logins stop working. */
  acceptBrokenCredentials?: boolean;
  /** Asked before each step that destroys something; false stops there. */
  confirm(step: PartStep): Promise<boolean>;
  /** Asked when the database can't be restored: true loads the declarative part instead. */
  fallBack(reason: string): Promise<boolean>;
}

export interface RecoveryReport {
  state: RecoveryState;
  /** `waiting`: a person said no, or has to do something first. */
  result: 'done' | 'failed' | 'waiting';
  /** The step that it stands at, when it is not done. */
  at?: RecoveryStepId;
  reason?: string;
  remedy?: string;
  /** What the snapshot holds besides, to be brought back part by part. */
  partsLeft: PartKind[];
  warnings: string[];
}

/** The order in which Kong's documents restore: the database, and where that fails its declarative part. */
export interface GuidedRestore {
  /** The one that is on its way. @throws KongBackupError `file-invalid`. */
  recovery(environment: Environment): Promise<RecoveryState | undefined>;
  /**
   * Goes from step to step, and keeps on the disk how far it came.
   * @throws KongBackupError `restore-incomplete` when another one is on its way, `snapshot-*`, `environment-read-only`, `cancelled`.
   */
  recover(
    snapshot: string,
    environment: Environment,
    request: RecoverRequest,
    context: OperationContext,
  ): Promise<RecoveryReport>;
  /** Takes the steps back, the last one first. @throws KongBackupError `restore-incomplete` when none is on its way. */
  undoRecovery(
    environment: Environment,
    request: Pick<RecoverRequest, 'confirm'>,
    context: OperationContext,
  ): Promise<RecoveryReport>;
  /** Forgets how far it came; what was done stays. */
  abandonRecovery(environment: Environment): Promise<void>;
}

export function createGuidedRestore(parts: GuidedRestoreParts): GuidedRestore {
  return {
    recovery: (environment) => readRecovery(parts.stateFile(environment)),
    async recover(name, environment, request, context) {
      if (environment.readOnly) throw readOnly(environment);
      const manifest = await parts.snapshot(name);
      const state = await begin(parts, manifest, environment, request);
      return new Run(parts, manifest, environment, request, state, context).go();
    },
    async undoRecovery(environment, request, context) {
      if (environment.readOnly) throw readOnly(environment);
      return undo(parts, environment, request, context);
    },
    abandonRecovery: (environment) => clearRecovery(parts.stateFile(environment)),
  };
}

async function begin(
  parts: GuidedRestoreParts,
  { id }: Manifest,
  environment: Environment,
  { resume }: RecoverRequest,
): Promise<RecoveryState> {
  const found = await readRecovery(parts.stateFile(environment));
  const onItsWay = found && !isComplete(found) ? found : undefined;
  if (resume) {
    if (onItsWay?.snapshot === id) return onItsWay;
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: onItsWay ? `What is on its way is of ${onItsWay.snapshot}.` : 'No guided restore is on its way.',
      remedy: onItsWay ? 'Go on with that one, take it back, or give it up.' : 'Begin one without --resume.',
    });
  }
  if (onItsWay) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: `A guided restore of ${onItsWay.snapshot} is on its way since ${onItsWay.begun}.`,
      remedy: 'Go on with it (--resume), take it back (--undo), or give it up (--abandon).',
    });
  }
  const { id: environmentId, name } = environment;
  const begun = new Date().toISOString();
  return { version: 1, environment: { id: environmentId, name }, snapshot: id, begun, fallback: false, steps: [] };
}

/** Either the database is in, or what stands in for it. */
const isComplete = ({ steps, fallback }: RecoveryState): boolean =>
  steps.some(({ step, state }) => state === 'done' && step === (fallback ? 'declarative' : 'database'));

type Ending = Pick<RecoveryReport, 'result' | 'at' | 'reason' | 'remedy'>;
const done: Ending = { result: 'done' };

class Run {
  private readonly warnings: string[] = [];

  constructor(
    private readonly parts: GuidedRestoreParts,
    private readonly manifest: Manifest,
    private readonly environment: Environment,
    private readonly request: RecoverRequest,
    private state: RecoveryState,
    private readonly context: OperationContext,
  ) {}

  async go(): Promise<RecoveryReport> {
    await this.keep();
    const ending = (await this.version()) ?? (await this.database()) ?? (await this.declarative()) ?? done;
    const partsLeft = this.manifest.parts
      .map(({ kind }) => kind)
      .filter((kind) => !['database', 'entities', 'declarative-file'].includes(kind));
    return { state: this.state, ...ending, partsLeft: [...new Set(partsLeft)], warnings: this.warnings };
  }

  private keep(): Promise<void> {
    return writeRecovery(this.parts.stateFile(this.environment), this.state);
  }

  /** On the disk before the next step begins. */
  private async note(record: Omit<RecoveryRecord, 'at'>): Promise<void> {
    this.state = noted(this.state, record);
    await this.keep();
  }

  private async failed(step: RecoveryStepId, error: unknown): Promise<Ending> {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    const { reason, remedy } = error;
    await this.note({ step, state: 'failed', about: reason, remedy });
    return { result: 'failed', at: step, reason, remedy };
  }

  /** Kong's documents: change the gateway back to the original version first. */
  private async version(): Promise<Ending | undefined> {
    if (isOver(this.state, 'version')) return undefined;
    const was = this.manifest.gateway.version;
    const now = await this.askVersion();
    if (now !== undefined && !isSameLine(was, now) && !this.request.acceptVersion) {
      const reason = `The snapshot is of Kong ${was}, and the gateway is Kong ${now}: what an older version wrote a newer one migrates, and that can not be undone.`;
      const remedy = `Change the gateway back to the original version ${was} first, then go on (--resume). To go on with ${now} all the same: --accept-version.`;
      await this.note({ step: 'version', state: 'failed', about: reason, remedy });
      return { result: 'waiting', at: 'version', reason, remedy };
    }
    if (now !== undefined && now !== was) this.warnings.push(`The snapshot is of Kong ${was}, the gateway is ${now}.`);
    await this.note({
      step: 'version',
      state: now === undefined ? 'skipped' : 'done',
      about: now === undefined ? 'The gateway did not answer.' : `Snapshot: Kong ${was}; gateway: Kong ${now}.`,
    });
    return undefined;
  }

  /** A gateway whose database is damaged may not answer: that is no reason not to bring the database back. */
  private async askVersion(): Promise<string | undefined> {
    try {
      return (await this.parts.probe(this.environment, this.context)).version;
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      const { version } = this.manifest.gateway;
      this.warnings.push(`The gateway did not say its version (${error.reason}): make sure that it is ${version}.`);
      return undefined;
    }
  }

  private async database(): Promise<Ending | undefined> {
    if (this.state.fallback) return undefined;
    if (isOver(this.state, 'database')) return done;
    const has = this.manifest.parts.some(({ kind }) => kind === 'database');
    if (has && !this.environment.database) {
      const reason = 'The environments file does not say where the database is.';
      return this.orInstead({ result: 'failed', at: 'database', reason, remedy: 'Say so under "database".' });
    }
    if (!has) {
      await this.note({ step: 'database', state: 'skipped', about: 'The snapshot holds no dump of the database.' });
      return this.fallBack();
    }
    const ending = await this.restoreDatabase().catch((error: unknown) => this.failed('database', error));
    return ending.result === 'failed' ? this.orInstead(ending) : ending;
  }

  private async restoreDatabase(): Promise<Ending> {
    const { id } = this.manifest;
    const before = this.state.steps.find(({ step }) => step === 'database')?.from;
    const plan = (await this.parts.parts.planPartRestore(id, this.environment, { part: 'database' }, this.context))
      .plan;
    if (plan.refused && before === undefined) {
      const { reason, remedy } = plan.refused;
      await this.note({ step: 'database', state: 'failed', about: reason, remedy });
      return { result: 'failed', at: 'database', reason, remedy };
    }
    const known = new Set((await this.keptDatabases()).map(({ name }) => name));
    const request = {
      part: 'database' as const,
      confirm: this.request.confirm,
      ...(before !== undefined && { from: before }),
    };
    const result = await this.parts.parts.restorePart(id, this.environment, request, this.context);
    this.warnings.push(...result.warnings.map(({ message }) => message));
    return this.afterDatabase(result, known);
  }

  private async afterDatabase(result: PartRestoreResult, known: ReadonlySet<string>): Promise<Ending> {
    const { failed, verified } = result;
    if (failed) {
      const { step: from, reason, remedy } = failed;
      await this.note({ step: 'database', state: 'failed', about: reason, remedy, from });
      return { result: 'failed', at: 'database', reason, remedy };
    }
    if (!verified) return { result: 'waiting', at: 'database', reason: 'A step was not agreed to.', remedy: goOn };
    const kept = (await this.keptDatabases()).find(({ name }) => !known.has(name));
    await this.note({
      step: 'database',
      state: 'done',
      about: kept ? `Restored and compared. What was there is kept as ${kept.name}.` : 'Restored and compared.',
      ...(kept && { way: { database: kept.name } }),
    });
    return done;
  }

  private async keptDatabases(): Promise<KeptState[]> {
    const all = await this.parts.keptStates(this.environment, this.context);
    return all.filter(({ part }) => part === 'database');
  }

  /** The declarative part stands in for a database that can't be had, when a person says so. */
  private async orInstead(ending: Ending): Promise<Ending | undefined> {
    if (!this.manifest.parts.some(({ kind }) => kind === 'entities' || kind === 'declarative-file')) return ending;
    if (!(await this.request.fallBack(ending.reason ?? ''))) return ending;
    return this.fallBack();
  }

  private async fallBack(): Promise<undefined> {
    this.state = { ...this.state, fallback: true };
    await this.keep();
    return undefined;
  }

  private async declarative(): Promise<Ending | undefined> {
    if (isOver(this.state, 'declarative')) return undefined;
    const tried: [RecoveryStepId, () => Promise<Ending | undefined>][] = [
      ['bootstrap', () => this.bootstrap()],
      ['start', () => this.start()],
      ['declarative', () => this.load()],
    ];
    for (const [step, run] of tried) {
      throwIfCancelled(this.context.signal, this.environment.name);
      if (isOver(this.state, step)) continue;
      const ending = await run().catch((error: unknown) => this.failed(step, error));
      if (ending) return ending;
    }
    return undefined;
  }

  private async bootstrap(): Promise<Ending | undefined> {
    const skip = (about: string): Promise<void> => this.note({ step: 'bootstrap', state: 'skipped', about });
    if (!this.environment.database) {
      await skip('The environments file does not say where the database is.');
      return undefined;
    }
    const step: PartStep = {
      id: 'bootstrap',
      title: "Create Kong's tables in the database, if it is empty.",
      command: 'kong migrations bootstrap',
      destroys: 'Nothing: a database that holds tables of Kong stays as it is.',
      undo: 'Drop the database and create it anew.',
    };
    if (!(await this.request.confirm(step))) return declined('bootstrap');
    try {
      await this.parts.bootstrap(this.environment, this.context);
      await this.note({ step: 'bootstrap', state: 'done', about: "Kong's tables were created." });
    } catch (error) {
      if (!isKongBackupError(error, 'database-not-empty')) throw error;
      await skip(error.reason);
    }
    return undefined;
  }

  /** It has to answer before entities can be written. */
  private async start(): Promise<Ending | undefined> {
    const made = this.state.steps.some(({ step, state }) => step === 'bootstrap' && state === 'done');
    if (made) await this.parts.startGateway(this.environment, this.context);
    const { pause, attempts } = this.parts.patience ?? { pause: 2000, attempts: 30 };
    for (let attempt = 1; ; attempt++) {
      try {
        const { version } = await this.parts.probe(this.environment, this.context);
        await this.note({ step: 'start', state: 'done', about: `The gateway answers: Kong ${version}.` });
        return undefined;
      } catch (error) {
        if (!isKongBackupError(error) || error.code === 'cancelled' || attempt >= (made ? attempts : 1)) throw error;
        await wait(pause, this.context.signal);
      }
    }
  }

  private async load(): Promise<Ending | undefined> {
    const asExported = this.manifest.parts.some(
      ({ kind, format }) => kind === 'declarative-file' && format === 'db_export',
    );
    const holdsEntities = this.manifest.parts.some(({ kind }) => kind === 'entities');
    const isDbless = this.environment.mode === 'dbless';
    return asExported || isDbless || !holdsEntities ? this.loadFile() : this.loadEntities();
  }

  private async loadFile(): Promise<Ending | undefined> {
    const { acceptBrokenCredentials = false, confirm } = this.request;
    const from = this.state.steps.find(({ step }) => step === 'declarative')?.from;
    const request = {
      part: 'declarative-file' as const,
      choices: acceptBrokenCredentials ? { acceptBroken: true } : {},
      confirm,
      ...(from !== undefined && { from }),
    };
    const result = await this.parts.parts.restorePart(this.manifest.id, this.environment, request, this.context);
    this.warnings.push(...result.warnings.map(({ message }) => message));
    if (result.failed) {
      const { step, reason, remedy } = result.failed;
      await this.note({ step: 'declarative', state: 'failed', about: reason, remedy, from: step });
      return { result: 'failed', at: 'declarative', reason, remedy };
    }
    if (!result.verified) return declined('declarative');
    await this.note({ step: 'declarative', state: 'done', about: 'The declarative file was loaded and compared.' });
    return undefined;
  }

  private async loadEntities(): Promise<Ending | undefined> {
    const { id } = this.manifest;
    const plan = await this.parts.restores.planRestore(id, this.environment, { entitiesOnly: true }, this.context);
    this.warnings.push(...plan.warnings.map(({ message }) => message));
    const { creates, updates, deletes } = plan.counts;
    const step: PartStep = {
      id: 'declarative',
      title: `Load the entities of ${id} into ${this.environment.name}: create ${creates}, update ${updates}, delete ${deletes}.`,
      destroys: `${deletes} entities of the gateway are deleted, ${updates} are changed. A safety snapshot is taken first.`,
      undo: 'Restore the safety snapshot.',
    };
    if (!isEmptyPlan(plan.plan) && !(await this.request.confirm(step))) return declined('declarative');
    const { acceptBrokenCredentials = false } = this.request;
    const report = await this.parts.restores.restore({ ...plan, acceptBrokenCredentials }, this.context);
    const way = report.safetySnapshot === undefined ? {} : { way: { snapshot: report.safetySnapshot } };
    if (report.proof === 'differs' || report.failed.length > 0) {
      const reason = `${report.failed.length} changes failed, and the gateway is not equal to the snapshot.`;
      const remedy = 'See what failed with kong-backup diff, then go on (--resume), or take it back (--undo).';
      await this.note({ step: 'declarative', state: 'failed', about: reason, remedy, ...way });
      return { result: 'failed', at: 'declarative', reason, remedy };
    }
    const about =
      report.proof === 'equal'
        ? 'The entities were loaded and compared.'
        : 'The entities were loaded; not all could be read back.';
    await this.note({ step: 'declarative', state: 'done', about, ...way });
    return undefined;
  }
}

const goOn = 'Go on when you are ready (--resume), or take back what was done (--undo).';

const declined = (at: RecoveryStepId): Ending => ({
  result: 'waiting',
  at,
  reason: 'The step was not agreed to.',
  remedy: goOn,
});

/** As far as both say it: 3.9 and 3.9.3 are one line, 3.8 and 3.9 are two. */
const isSameLine = (a: string, b: string): boolean => line(a) === line(b);
const line = (version: string): string => version.split('.').slice(0, 2).join('.');

function wait(pause: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(stop, pause);
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** Steps by which there is a way back, the last one first. Others are named. */
async function undo(
  parts: GuidedRestoreParts,
  environment: Environment,
  { confirm }: Pick<RecoverRequest, 'confirm'>,
  context: OperationContext,
): Promise<RecoveryReport> {
  const file = parts.stateFile(environment);
  let state = await readRecovery(file);
  if (!state) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: 'No guided restore is on its way, and none was done.',
      remedy: 'See with kong-backup kept what other restores kept.',
    });
  }
  const warnings: string[] = [];
  for (const record of [...state.steps].reverse()) {
    if (record.state === 'undone' || record.state === 'skipped' || record.step === 'version') continue;
    const taken = await undoStep(parts, environment, record, confirm, context);
    if (taken === 'declined') {
      return {
        state,
        result: 'waiting',
        at: record.step,
        reason: 'It was not agreed to.',
        remedy: goOn,
        partsLeft: [],
        warnings,
      };
    }
    if (taken === undefined) {
      if (record.state === 'done' && record.step !== 'start') warnings.push(byHand(record));
      continue;
    }
    state = noted(state, { step: record.step, state: 'undone', about: taken });
    await writeRecovery(file, state);
  }
  await clearRecovery(file);
  return { state, result: 'done', partsLeft: [], warnings };
}

/** @returns what was done; undefined where there is no way back by itself. */
async function undoStep(
  parts: GuidedRestoreParts,
  environment: Environment,
  { way }: RecoveryRecord,
  confirm: RecoverRequest['confirm'],
  context: OperationContext,
): Promise<string | undefined> {
  if (!way) return undefined;
  if ('database' in way) {
    const name = await parts.undoKept(environment, way.database, confirm, context);
    return name === undefined ? 'declined' : `${way.database} is live again; the restored one is kept as ${name}.`;
  }
  const plan = await parts.restores.planRestore(way.snapshot, environment, {}, context);
  const { creates, updates, deletes } = plan.counts;
  const step: PartStep = {
    id: 'undo',
    title: `Restore the safety snapshot ${way.snapshot}: create ${creates}, update ${updates}, delete ${deletes}.`,
    destroys: `${deletes} entities of the gateway are deleted, ${updates} are changed.`,
  };
  if (!(await confirm(step))) return 'declined';
  const report = await parts.restores.restore(plan, context);
  if (report.proof === 'differs' || report.failed.length > 0) {
    throw new KongBackupError('restore-incomplete', {
      place: environment.name,
      reason: `${report.failed.length} changes failed: the gateway is not what it was before.`,
      remedy: `Restore ${way.snapshot} again: kong-backup restore ${way.snapshot} ${environment.name}.`,
    });
  }
  return `The safety snapshot ${way.snapshot} was restored.`;
}

const byHand = ({ step, about }: RecoveryRecord): string =>
  step === 'bootstrap'
    ? 'The tables that were created stay: drop the database and create it anew to be rid of them.'
    : `${about} It can not be taken back by itself: restore another snapshot.`;

const readOnly = ({ name }: Environment): KongBackupError =>
  new KongBackupError('environment-read-only', {
    place: name,
    reason: 'The environment is read-only.',
    remedy: 'Take readOnly out of its entry in the environments file first.',
  });
