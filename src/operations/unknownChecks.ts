import { KongBackupError } from '../core/errors.js';
import { ruleFaults, type ValidationRules } from '../language/rules.js';

/** A rule that does nothing would pass for one that does. @throws KongBackupError `check-unknown`. */
export function refuseUnknownChecks(rules: ValidationRules | undefined): void {
  const [fault] = ruleFaults(rules);
  if (!fault) return;
  throw new KongBackupError('check-unknown', {
    place: fault.path.join('.'),
    reason: fault.message,
    remedy: 'Name a check by its code, which stands in brackets behind each message.',
  });
}
