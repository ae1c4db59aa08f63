import type { OperationContext } from './context.js';
import type { Target } from './environment.js';
import type { PartKind } from './part.js';
import type { PartStep } from './partDriver.js';

/** Something that a restore put aside on the target, so that there is a way back. */
export interface KeptState {
  part: PartKind;
  /** By which it is named to be put back or let go: a database, or the path of a file. */
  name: string;
  /** Why it is there, or what it belongs to. */
  about: string;
  /** When the restore put it aside, ISO 8601, UTC. */
  at?: string;
  bytes?: number;
}

export interface KeptRequest {
  /** Absolute paths of files that snapshots of the environment hold. */
  files: readonly string[];
}

/** A driver that keeps aside what its restores replace. */
export interface StateKeeper {
  readonly part: PartKind;
  /** Nothing where the environment has no such part. @throws KongBackupError `database-*`, `tool-*`, `cancelled`. */
  kept(target: Target, request: KeptRequest, context: OperationContext): Promise<KeptState[]>;
  /**
   * Puts it back; what is in its place now is kept in its turn.
   * @returns what that is called; undefined when it was not confirmed.
   */
  undo(
    target: Target,
    kept: KeptState,
    confirm: (step: PartStep) => Promise<boolean>,
    context: OperationContext,
  ): Promise<string | undefined>;
  /** Deletes it for good. */
  letGo(target: Target, kept: KeptState, context: OperationContext): Promise<void>;
}
