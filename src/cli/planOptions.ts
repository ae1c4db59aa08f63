import { InvalidArgumentError } from 'commander';
import { type ChangeSelector, type RestoreMode, restoreModes } from '../core/change.js';
import { parseSelector } from '../core/choiceText.js';

/** @throws InvalidArgumentError */
export function oneMode(text: string): RestoreMode {
  const mode = restoreModes.find((each) => each === text);
  if (mode !== undefined) return mode;
  throw new InvalidArgumentError(`It must be one of ${restoreModes.join(', ')}.`);
}

/** For an option that may be given several times. @throws InvalidArgumentError */
export function oneSelector(text: string, before: ChangeSelector[] = []): ChangeSelector[] {
  const selector = parseSelector(text);
  if (selector) return [...before, selector];
  throw new InvalidArgumentError('It must be kind, kind/name, workspace:NAME or workspace:NAME/kind/name.');
}

/** @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}
