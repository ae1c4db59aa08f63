import type { Finding, TextInput } from './check.js';

/** Kong reads the first YAML document of a file and drops the others without a word. */
export function* furtherDocuments({ document }: TextInput): Generator<Finding> {
  const [first] = document.furtherDocuments;
  if (!first) return;
  const message = 'Kong reads only the first document of a file: everything from this `---` on is ignored.';
  const marker = document.text.lastIndexOf('---', first.start);
  const start = marker < 0 ? first.start : marker;
  yield { severity: 'warning', code: 'further-document', message, path: [], span: { start, end: start + 3 } };
}
