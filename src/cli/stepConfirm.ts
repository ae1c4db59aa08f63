import type { Environment } from '../core/environment.js';
import { cancelled, KongBackupError } from '../core/errors.js';
import type { PartStep } from '../core/partDriver.js';
import type { CommandCall } from './commandSpec.js';

export interface ConfirmFlags {
  yes?: boolean;
  confirm?: string;
}

/**
 * How steps that destroy something are agreed to: by the command line, else by a person who is asked before each.
 * @throws KongBackupError `confirmation-missing` where neither is there.
 */
export function stepConfirm(
  { name, protected: isProtected }: Environment,
  { yes = false, confirm }: ConfirmFlags,
  { canAsk, ask }: Pick<CommandCall, 'canAsk' | 'ask'>,
): (step: PartStep) => Promise<boolean> {
  const isAgreed = confirm === undefined ? yes && !isProtected : confirm === name;
  if (!isAgreed && (confirm !== undefined || !canAsk)) {
    throw new KongBackupError('confirmation-missing', {
      place: name,
      reason: 'It was not agreed to, or another name was given.',
      remedy: isProtected ? `Add --confirm ${JSON.stringify(name)}.` : 'Add --yes.',
    });
  }
  return async ({ title, destroys = '' }) => {
    if (isAgreed) return true;
    const word = isProtected ? name : 'yes';
    const answer = await ask(`${title} ${destroys} Type ${word}: `);
    if (answer === undefined) throw cancelled(name);
    return answer === word;
  };
}
