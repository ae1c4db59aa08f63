import type { OperationContext } from '../core/context.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import type { PartKind } from '../core/part.js';
import type { PartStep } from '../core/partDriver.js';
import type { Manifest } from '../core/snapshot.js';
import type { TextFile } from '../core/textFile.js';
import type { FoundSnapshot } from './findSnapshot.js';
import type { KeptWork } from './guidedRestoreKept.js';
import type { RecoveryState, RecoveryStepId } from './guidedRestoreState.js';
import type { PartWork } from './partWork.js';
import type { Restores } from './restores.js';

export interface GuidedRestoreParts extends KeptWork {
  snapshot(name: string): Promise<FoundSnapshot>;
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
/** What to do when a step was not agreed to. */
export const goOn = 'Go on when you are ready (--resume), or take back what was done (--undo).';

/** As far as both say it: 3.9 and 3.9.3 are one line, 3.8 and 3.9 are two. */
export const isSameLine = (a: string, b: string): boolean => line(a) === line(b);
const line = (version: string): string => version.split('.').slice(0, 2).join('.');

/** Whether the declarative part is loaded as the file that it is; otherwise as entities, one change after the other. */
export function isLoadedAsFile({ parts }: Manifest, { mode }: Environment): boolean {
  const asExported = parts.some(({ kind, format }) => kind === 'declarative-file' && format === 'db_export');
  return asExported || mode === 'dbless' || !parts.some(({ kind }) => kind === 'entities');
}

const broughtBack: readonly PartKind[] = ['database', 'entities', 'declarative-file'];

/** What a guided restore does not bring back. */
export const partsLeft = ({ parts }: Manifest): PartKind[] => [
  ...new Set(parts.map(({ kind }) => kind).filter((kind) => !broughtBack.includes(kind))),
];
