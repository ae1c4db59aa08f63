import type { Environment } from '../core/environment.js';
import { cancelled, KongBackupError } from '../core/errors.js';
import type { PartStep } from '../core/partDriver.js';
import type { CommandCall } from './commandSpec.js';

export interface ConfirmFlags {
  yes?: boolean;
  confirm?: string;
}

/**
 * Whether the command line agrees to an environment being written.
 * @throws KongBackupError `confirmation-missing` where it names another one.
 */
export function isAgreed(environment: Environment, { yes = false, confirm }: ConfirmFlags): boolean {
  if (confirm !== undefined && confirm !== environment.name) throw otherName(environment, confirm);
  return confirm !== undefined || (yes && !environment.protected);
}

const otherName = ({ name }: Environment, given: string): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place: name,
    reason: `--confirm names ${JSON.stringify(given)}, which is not this environment.`,
    remedy: `Say --confirm ${JSON.stringify(name)}, if that is what you mean.`,
  });

/** What a person types to agree. */
export const wordFor = ({ name, protected: isProtected }: Environment): string => (isProtected ? name : 'yes');

/** @param canLook whether the command has `--dry-run`. */
export function unconfirmed({ name, protected: isProtected }: Environment, canLook = true): KongBackupError {
  return new KongBackupError('confirmation-missing', {
    place: name,
    reason: isProtected ? 'The environment is protected, and its name was not given again.' : 'It was not agreed to.',
    remedy: isProtected
      ? `Add --confirm ${JSON.stringify(name)}.`
      : canLook
        ? 'Look at it with --dry-run, then add --yes.'
        : 'Add --yes.',
  });
}

/**
 * How steps that destroy something are agreed to: by the command line, else by a person who is asked before each.
 * @param canLook whether the command has `--dry-run`.
 * @throws KongBackupError `confirmation-missing` where neither is there.
 */
export function stepConfirm(
  environment: Environment,
  flags: ConfirmFlags,
  { canAsk, ask }: Pick<CommandCall, 'canAsk' | 'ask'>,
  canLook = false,
): (step: PartStep) => Promise<boolean> {
  const agreed = isAgreed(environment, flags);
  if (!agreed && !canAsk) throw unconfirmed(environment, canLook);
  return async ({ title, destroys = '' }) => {
    if (agreed) return true;
    const word = wordFor(environment);
    const answer = await ask(`${title} ${destroys} Type ${word}: `);
    if (answer === undefined) throw cancelled(environment.name);
    return answer === word;
  };
}
