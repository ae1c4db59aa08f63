import { readDirectives, type Directives } from '../directives.js';
import { didYouMean } from '../../core/suggest.js';
import type { Finding, TextInput } from './check.js';

/** A comment to us that we don't understand would silently do nothing. */
export const comments = ({ document: { text, lines } }: TextInput): Iterable<Finding> =>
  commentFaults(readDirectives(text, lines));

export function* commentFaults({ faults }: Directives): Generator<Finding> {
  for (const { message, suggestions, start, end } of faults) {
    const shown = `${message}${didYouMean(suggestions)}`;
    yield { severity: 'warning', code: 'unknown-comment', message: shown, path: [], span: { start, end } };
  }
}
