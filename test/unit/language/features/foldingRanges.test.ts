import { expect, test } from 'vitest';
import { foldingRanges } from '../../../../src/language/features/foldingRanges.js';
import { atOnce } from '../../../../src/language/steps.js';
import { opened } from '../marked.js';

const text = `# An estate
# of two lines
_format_version: "3.0"

services:
  - name: orders
    routes:
    - name: list
      paths:
        - /a

  - name: payments
certificates:
- cert: |
    -----BEGIN CERTIFICATE-----

    -----END CERTIFICATE-----
  key: k
plugins: [
  { name: cors },
]
`;

/** Lines from one, as in an editor; blank lines below an entity are none of it. */
const folds = (of: string, most?: number): string[] =>
  atOnce(foldingRanges(opened(of), most)).map(
    ({ startLine, endLine, kind }) => `${startLine + 1}-${endLine + 1}${kind === undefined ? '' : ` ${kind}`}`,
  );

test('entities, lists, block scalars, brackets and comments', () => {
  expect(folds(text)).toEqual(['1-2 comment', '5-12', '6-10', '7-10', '8-10', '9-10', '13-18', '14-18', '19-20']);
  expect(folds(text.replaceAll('\n', '\r\n'))).toEqual(folds(text));
});

test('of more than the editor takes, the outermost', () => {
  expect(folds(text, 4)).toEqual(['1-2 comment', '5-12', '13-18', '19-20']);
});

test('JSON', () => {
  expect(folds('{\n  "services": [\n    {\n      "name": "a"\n    }\n  ]\n}\n')).toEqual(['1-6', '2-5', '3-4']);
});

test('an empty file has nothing to fold', () => {
  expect(folds('')).toEqual([]);
});
