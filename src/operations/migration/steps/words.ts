import type { Json } from '../../../core/json.js';
import { redact } from '../../../core/redact.js';

/** The end of what a program said, on one line. */
export const lastWords = (text: string): string => redact(text.trim().split(/\r?\n/).slice(-3).join(' ')).slice(0, 400);

/** A text that the operator gave; undefined where there is none. */
export function textInput(input: Readonly<Record<string, Json>>, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
