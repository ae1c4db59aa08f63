import type { Finding, TextInput } from './check.js';

/** The text can be read at all. */
export function* yamlSyntax({ document }: TextInput): Generator<Finding> {
  for (const { code, message, start, end } of document.problems) {
    yield { severity: 'error', code, message, path: [], span: { start, end: Math.max(end, start + 1) } };
  }
}
