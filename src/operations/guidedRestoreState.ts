import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import type { TextFile } from '../core/textFile.js';

/** The steps of Kong's documents, in their order. */
export const recoverySteps = ['version', 'database', 'bootstrap', 'start', 'declarative'] as const;
export type RecoveryStepId = (typeof recoverySteps)[number];

export interface RecoveryRecord {
  step: RecoveryStepId;
  /** `skipped`: it was not needed. `undone`: it was taken back afterwards. */
  state: 'done' | 'failed' | 'skipped' | 'undone';
  /** ISO 8601, UTC. */
  at: string;
  /** Why it failed or was skipped, or what was done, in a sentence. */
  about: string;
  /** What to do now, where it failed. */
  remedy?: string;
  /** Step of a driver at which it goes on. */
  from?: string;
  /** By which it is undone: the database that was kept, or the safety snapshot. Absent where nothing can. */
  way?: { database: string } | { snapshot: string };
}

/** A guided restore on its way, as it lies on the disk. It holds no secret. */
export interface RecoveryState {
  version: 1;
  environment: { id: string; name: string };
  snapshot: string;
  begun: string;
  /** Whether a person said yes to the declarative way, because the database can not be had. */
  fallback: boolean;
  /** Of each step the last word. */
  steps: RecoveryRecord[];
}

/** @returns undefined where none is on its way. @throws KongBackupError `file-unreadable`, `file-invalid`. */
export async function readRecovery(file: TextFile): Promise<RecoveryState | undefined> {
  const text = await file.read();
  if (text.trim() === '') return undefined;
  try {
    const value = JSON.parse(text) as Json;
    if (isObject(value) && value['version'] === 1 && Array.isArray(value['steps'])) {
      return value as unknown as RecoveryState;
    }
  } catch {
    // Said below.
  }
  throw new KongBackupError('file-invalid', {
    place: file.place,
    reason: 'It is no state of a guided restore.',
    remedy: 'Give up that restore: kong-backup recover SNAPSHOT ENVIRONMENT --abandon.',
  });
}

export const writeRecovery = (file: TextFile, state: RecoveryState): Promise<void> =>
  file.edit(() => `${JSON.stringify(state, undefined, 2)}\n`);

export const clearRecovery = (file: TextFile): Promise<void> => file.edit(() => '');

/** The last word on a step takes the place of what was said before. */
export function noted(state: RecoveryState, record: Omit<RecoveryRecord, 'at'>): RecoveryState {
  const at = new Date().toISOString();
  const others = state.steps.filter(({ step }) => step !== record.step);
  const steps = [...others, { ...record, at }].sort(
    (a, b) => recoverySteps.indexOf(a.step) - recoverySteps.indexOf(b.step),
  );
  return { ...state, steps };
}

export const isOver = ({ steps }: Pick<RecoveryState, 'steps'>, step: RecoveryStepId): boolean =>
  steps.some((each) => each.step === step && (each.state === 'done' || each.state === 'skipped'));
