import type { PartKind } from './part.js';

/** Something that could not be read or is not taken: named, never an empty list. */
export interface Gap {
  part: PartKind;
  /** An entity kind such as `services`; absent when the whole part is missing. */
  kind?: string;
  workspace?: string;
  /** How many the gateway has, when that much is known; of a partial gap, how many are not held. */
  count?: number;
  /** True when the rest of the kind is held: only `count` of it are not. */
  partial?: boolean;
  /** True when nothing of the workspace is held: taking it failed. */
  absent?: boolean;
  /** Why it is not held, in a sentence. */
  reason: string;
  /** What a person can do about it, in a sentence. */
  remedy: string;
}

export interface Held {
  part: PartKind;
  kind?: string;
  workspace?: string;
  count: number;
  /** The driver that took it. */
  driver: string;
}

/** What a snapshot holds and what it does not. */
export interface Coverage {
  held: Held[];
  notHeld: Gap[];
}

/** Whether all entities of a workspace are held, but not with all of their fields: an old decK drops those it doesn't know. */
export function lacksFields({ part, kind, workspace, absent }: Gap): boolean {
  return part === 'entities' && kind === undefined && workspace !== undefined && absent !== true;
}

/**
 * Whether entities are missing as whole kinds or whole workspaces, so that a comparison or a restore can't speak of them.
 * Of other gaps, such as fields that an old decK drops, what is held shows.
 */
export function isUnknown({ part, kind, workspace, partial, absent }: Gap): boolean {
  return part === 'entities' && partial !== true && (absent === true || kind !== undefined || workspace === undefined);
}
