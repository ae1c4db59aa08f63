import { readDirectives } from '../directives.js';
import { didYouMean } from '../suggest.js';
import type { Finding, TextInput } from './check.js';

/** A comment to us that we don't understand would silently do nothing. */
export function* comments({ document: { text, lines } }: TextInput): Generator<Finding> {
  for (const { message, suggestions, start, end } of readDirectives(text, lines).faults) {
    const shown = `${message}${didYouMean(suggestions)}`;
    yield { severity: 'warning', code: 'unknown-comment', message: shown, path: [], span: { start, end } };
  }
}
