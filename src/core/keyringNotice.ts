import type { Environment } from './environment.js';
import type { SnapshotWarning } from './snapshot.js';

/** The code of what Kong's documents warn of with a keyring. */
export const keyringNotice = 'keyring-keep-safe';

/** The warning, where it is among them: who acknowledged it is not warned again. */
export const keyringNoticeIn = (warnings: readonly SnapshotWarning[]): string | undefined =>
  warnings.find(({ code }) => code === keyringNotice)?.message;

/** What the environments file has to hold from then on. */
export function acknowledgedKeyring({ id: _, ...environment }: Environment): Omit<Environment, 'id'> {
  return { ...environment, keyring: { ...environment.keyring, acknowledged: true } };
}
