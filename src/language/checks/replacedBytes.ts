import { replacementCharacter } from '../fileBytes.js';
import type { Finding, TextInput } from './check.js';

/** What an editor shows for bytes that are no UTF-8. The file may really hold that character, so it is no error. */
export function* replacedBytes({ document: { text, problems } }: TextInput): Generator<Finding> {
  const start = text.indexOf(replacementCharacter);
  if (start < 0 || problems.some(({ code }) => code === 'not-text')) return;
  const message =
    'This character stands for bytes that are no UTF-8, as when a Latin-1 file is opened: Kong and decK refuse such a file. Open it again in its own encoding and save it as UTF-8.';
  yield { severity: 'warning', code: 'not-text', message, path: [], span: { start, end: start + 1 } };
}
