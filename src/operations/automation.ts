import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import type { ScheduleSection } from '../core/environmentSections.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import type { TextFile } from '../core/textFile.js';
import { backupAll, type EnvironmentBackup } from './backupAll.js';
import { type Environments, unreadEnvironments } from './environments.js';
import { metricsText, type RunResult } from './metrics.js';
import { checkCron, type DueState, dueState } from './schedule.js';
import {
  referencedVariables,
  type ScheduledCommand,
  type Scheduler,
  scheduleText,
  type ScheduleText,
} from './scheduleText.js';

export interface AutomationParts {
  environments: Environments;
  store: SnapshotStore;
  backup(environment: Environment, context: OperationContext): Promise<Manifest>;
  /** @param file absolute path. */
  textFile(file: string): TextFile;
}

export type ScheduleRequest = Pick<ScheduledCommand, 'job' | 'program' | 'args' | 'folder' | 'variablesFile'> & {
  as: Scheduler;
  /** The environment's own when absent. */
  cron?: string;
};

/** What is done without a person looking on. */
export interface Automation {
  /** Every environment of the file; an entry that can't be read is one that failed. @throws KongBackupError `cancelled`. */
  backupAll(context: OperationContext, told?: (done: EnvironmentBackup) => void): Promise<EnvironmentBackup[]>;
  /**
   * How every environment stands with its schedule. The catalogue is read only where one has a schedule.
   * @throws KongBackupError `store-*`; never for a schedule that can't be understood, which is left out.
   */
  dueStates(signal?: AbortSignal): Promise<DueState[]>;
  /**
   * Replaces a file for Prometheus' textfile collector with what became of these runs.
   * @param file absolute path. @throws KongBackupError `store-unwritable`.
   */
  writeMetrics(file: string, runs: readonly RunResult[], context: OperationContext): Promise<void>;
  /** What a person installs to have a job done on schedule. @throws KongBackupError `environment-invalid`. */
  scheduleText(environment: Environment, request: ScheduleRequest): Promise<ScheduleText>;
  /** Writes the schedule into the environments file. @throws KongBackupError `environment-invalid`, `store-unwritable`. */
  setSchedule(environment: string, schedule: ScheduleSection): Promise<Environment>;
}

export function createAutomation({ environments, store, backup, textFile }: AutomationParts): Automation {
  return {
    async backupAll(context, told) {
      const list = await environments.environments();
      const failed = unreadEnvironments(list);
      for (const each of failed) told?.(each);
      return [
        ...failed,
        ...(await backupAll(list.environments, (environment) => backup(environment, context), context, told)),
      ];
    },
    async dueStates(signal) {
      const all = (await environments.environments()).environments;
      if (all.every(({ schedule }) => schedule === undefined)) return [];
      const entries = await store.list(undefined, signal);
      const now = new Date();
      return all.flatMap((environment) => {
        try {
          return [dueState(environment, ofEnvironment(entries, environment), now)];
        } catch {
          // Says so where it is edited.
          return [];
        }
      });
    },
    async writeMetrics(file, runs, { signal }) {
      const entries = await store.list(undefined, signal);
      const all = (await environments.environments()).environments;
      const entriesOf = (name: string): CatalogueEntry[] => {
        const environment = all.find((each) => each.name === name);
        return environment ? ofEnvironment(entries, environment) : [];
      };
      const text = metricsText(runs, entriesOf, new Date());
      await textFile(file).edit(() => text);
    },
    async scheduleText(environment, { as, cron = environment.schedule?.cron ?? nightly, ...command }) {
      checkCron(cron, environment.name);
      const { stores = [] } = await environments.environments();
      const store = stores.find(({ name }) => name === environment.store);
      const variables = referencedVariables(environment, store);
      return scheduleText(as, { ...command, environment, cron, variables });
    },
    async setSchedule(name, schedule) {
      checkCron(schedule.cron, name);
      const { id: _id, ...environment } = await environments.environment(name);
      return environments.updateEnvironment(name, { ...environment, schedule });
    },
  };
}

/** Half past two each night. */
export const nightly = '30 2 * * *';

const ofEnvironment = (entries: readonly CatalogueEntry[], { id, name }: Environment): CatalogueEntry[] =>
  entries.filter(({ manifest }) => manifest && (manifest.environment.id === id || manifest.environment.name === name));
