import type { CheckInput, Finding } from './check.js';

/** A file that names no entities is an order to delete all of them, to decK and to a DB-less gateway alike. */
export function* emptyFile({ kind, value }: CheckInput): Generator<Finding> {
  const namesSomething = Object.entries(value).some(
    ([key, list]) => !key.startsWith('_') && !(Array.isArray(list) && list.length === 0) && list !== null,
  );
  if (namesSomething || !('_format_version' in value)) return;
  const message =
    kind === 'deck'
      ? 'This file names no entities: `deck gateway sync` would delete everything on the gateway.'
      : 'This file names no entities: loading it empties the gateway.';
  yield { severity: 'warning', code: 'empty-file', message, path: ['_format_version'], at: 'key' };
}
