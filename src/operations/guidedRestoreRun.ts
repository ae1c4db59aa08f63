import { isEmptyPlan } from '../core/change.js';
import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import { isKongBackupError, throwIfCancelled } from '../core/errors.js';
import type { KeptState } from '../core/keptState.js';
import type { PartRestoreResult, PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import {
  goOn,
  type GuidedRestoreParts,
  isLoadedAsFile,
  isSameLine,
  partsLeft,
  type RecoverRequest,
  type RecoveryReport,
} from './guidedRestoreParts.js';
import {
  isOver,
  noted,
  type RecoveryRecord,
  type RecoveryState,
  type RecoveryStepId,
  writeRecovery,
} from './guidedRestoreState.js';
import { pause } from './pause.js';

type Ending = Pick<RecoveryReport, 'result' | 'at' | 'reason' | 'remedy'>;
const done: Ending = { result: 'done' };

/** Goes from step to step, from where it stands, and keeps on the disk how far it came. */
export class GuidedRestoreRun {
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
    return { state: this.state, ...ending, partsLeft: partsLeft(this.manifest), warnings: this.warnings };
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
    const { pause: time, attempts } = this.parts.patience ?? { pause: 2000, attempts: 30 };
    for (let attempt = 1; ; attempt++) {
      try {
        const { version } = await this.parts.probe(this.environment, this.context);
        await this.note({ step: 'start', state: 'done', about: `The gateway answers: Kong ${version}.` });
        return undefined;
      } catch (error) {
        if (!isKongBackupError(error) || error.code === 'cancelled' || attempt >= (made ? attempts : 1)) throw error;
        await pause(time, this.environment.name, this.context.signal);
      }
    }
  }

  private async load(): Promise<Ending | undefined> {
    return isLoadedAsFile(this.manifest, this.environment) ? this.loadFile() : this.loadEntities();
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
const declined = (at: RecoveryStepId): Ending => ({
  result: 'waiting',
  at,
  reason: 'The step was not agreed to.',
  remedy: goOn,
});
