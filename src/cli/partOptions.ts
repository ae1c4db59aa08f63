import { InvalidArgumentError } from 'commander';
import { type PartKind, partKinds } from '../core/part.js';

const isPart = (text: string): text is PartKind => (partKinds as readonly string[]).includes(text);

/** @throws InvalidArgumentError */
export function onePart(text: string): PartKind {
  if (isPart(text)) return text;
  throw new InvalidArgumentError(`It must be one of ${partKinds.join(', ')}.`);
}

/** `entities,database` @throws InvalidArgumentError */
export const partList = (text: string): PartKind[] => text.split(',').map((part) => onePart(part.trim()));
