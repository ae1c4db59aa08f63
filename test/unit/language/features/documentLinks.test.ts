import { expect, test } from 'vitest';
import { documentLinks } from '../../../../src/language/features/documentLinks.js';
import { atOnce } from '../../../../src/language/steps.js';
import { opened, textAt } from '../marked.js';

test('addresses, and vaults of the file', () => {
  const text = `# See https://example.test/docs.
services:
  - url: "http://orders.test:8080/x"
    host: '{vault://my-env/host}'
    path: '{vault://aws/secret}'
    name: http://
vaults:
  - name: env
    prefix: my-env
`;
  const links = atOnce(documentLinks(opened(text))).map(({ range, target }) => [textAt(text, range), target]);
  expect(links).toEqual([
    ['https://example.test/docs', 'https://example.test/docs'],
    ['http://orders.test:8080/x', 'http://orders.test:8080/x'],
    ['{vault://my-env/host}', 'file:///kong.yaml#L9,13'],
  ]);
});
