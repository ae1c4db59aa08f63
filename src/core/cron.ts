import { Cron } from 'croner';
import type { Check } from './fieldChecks.js';

/** @throws Error that says what is wrong: it takes five fields, as cron has them. */
export function parseCron(cron: string): Cron {
  if (!/^[\d*,/\-A-Za-z]+( [\d*,/\-A-Za-z]+){4}$/.test(cron)) throw new Error('It has not five fields.');
  return new Cron(cron, { mode: '5-part', paused: true });
}

/** Five fields that come to pass some day. */
export const cronFields: Check = (value) => {
  const [wrong, never] = [`"${String(value)}" is no cron expression: `, `"${String(value)}" never comes: `];
  if (typeof value !== 'string') return `${wrong}It must be a text such as "30 2 * * *".`;
  try {
    return parseCron(value).nextRun() === null ? `${never}no day fits all of its fields.` : undefined;
  } catch (error) {
    return wrong + cronReason(error);
  }
};

/** What `parseCron` threw, without the library's own name. */
export const cronReason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^Cron\w*: /, '') : '';
