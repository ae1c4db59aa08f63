import type { OperationContext } from './context.js';
import type { Gap } from './coverage.js';
import type { Availability } from './driver.js';
import type { GatewayInfo, Target } from './environment.js';
import type { PartKind } from './part.js';
import type { Counts, Manifest, PartRecord, SnapshotWarning } from './snapshot.js';

/** Whether an environment has a part, and whether it can be taken and brought back here. */
export type PartProbe =
  /** The environment has no such part: nothing is missing when it is not taken. */
  { present: false } | { present: true; availability: Availability; counts?: Counts };

export interface PartBackupRequest {
  gateway: GatewayInfo;
  workspaces: readonly string[];
  /** Absolute path of a private folder of the part's own; it exists and is empty. */
  directory: string;
}

/** What a driver took: a record without the files, which whoever called hashes and lists. */
export interface TakenPart extends Omit<PartRecord, 'files' | 'kind' | 'driver'> {
  driverVersion: string;
  gaps: Gap[];
  warnings: SnapshotWarning[];
}

/** A part of a snapshot, its files checked against the manifest and lying in a local folder as plain files. */
export interface PartSource {
  manifest: Manifest;
  record: PartRecord;
  /** Absolute path of the folder that held the part's files when it was taken. */
  directory: string;
}

/** One step of bringing a part back, as a person reads it before saying yes. */
export interface PartStep {
  id: string;
  /** A sentence in the imperative. */
  title: string;
  /** The command that will be run, for reading; secrets masked. */
  command?: string;
  /** What the step takes away from the target, in a sentence. Such a step is confirmed apart. */
  destroys?: string;
  /** How to go back behind this step, in a sentence; absent where nothing was changed. */
  undo?: string;
}

export interface PartRestorePlan {
  steps: PartStep[];
  warnings: SnapshotWarning[];
  /** Why it can't be done: no step will run. */
  refused?: { reason: string; remedy: string };
  /** What the target holds now and the part holds, side by side. */
  counts?: { target: Counts; snapshot: Counts };
}

export interface PartRestoreOptions {
  /** Driver's own choices by name, such as `inPlace` of the database: each documented by its driver. */
  choices?: Readonly<Record<string, string | boolean>>;
  /** When the plan was made that somebody saw: names of what is put aside are made of it, so that they read what will be. */
  at?: Date;
}

export interface PartRestoreResult {
  /** Ids of the steps that were done, in order. */
  done: string[];
  /** The step that failed, and what to do now. */
  failed?: { step: string; reason: string; remedy: string };
  /** Read back and compared. */
  verified: boolean;
  counts?: Counts;
  warnings: SnapshotWarning[];
}

/**
 * One way to take a part other than a workspace's entities, to look at what was taken, and to bring it back.
 * The contract suite under test/contract holds every implementation to this.
 * All calls stop soon after `context.signal` aborts, with KongBackupError `cancelled`.
 */
export interface PartDriver {
  readonly id: string;
  readonly part: PartKind;
  /** Another part, of which it makes its own when a restore is asked for by choice: entities for a gateway without a database. */
  readonly converts?: PartKind;
  /** Never changes anything. A tool or right that is missing is an answer, not an error. */
  probe(target: Target, gateway: GatewayInfo | undefined, context: OperationContext): Promise<PartProbe>;
  /** @throws KongBackupError; what was written so far is removed by whoever called. */
  backup(target: Target, request: PartBackupRequest, context: OperationContext): Promise<TakenPart>;
  /** Looks into what was taken without a target. @returns what is wrong, each a sentence; empty when nothing is. */
  verify(source: PartSource, context: OperationContext): Promise<string[]>;
  /** Looks at the target and says what a restore would do. Never changes anything. */
  planRestore(
    target: Target,
    source: PartSource,
    options: PartRestoreOptions,
    context: OperationContext,
  ): Promise<PartRestorePlan>;
  /**
   * Does the steps of the plan, in order.
   * @param confirm asked before each step with what it destroys; false stops before it.
   */
  restore(
    target: Target,
    source: PartSource,
    options: PartRestoreOptions & { confirm(step: PartStep): Promise<boolean>; from?: string },
    context: OperationContext,
  ): Promise<PartRestoreResult>;
}
