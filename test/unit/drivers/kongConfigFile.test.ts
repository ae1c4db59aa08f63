import { expect, it } from 'vitest';
import { namesMissing, readKongFile } from '../../../src/drivers/kongConfigFile.js';
import { facts } from '../estate/shippedFacts.js';

const fileOf = (service: string, route: string): string =>
  [
    '_format_version: "3.0"',
    'services:',
    `- name: ${service}`,
    '  host: example.com',
    '  routes:',
    `  - name: ${route}`,
    '    paths: [/]',
    'consumers:',
    '- username: alice',
    '  keyauth_credentials:',
    '  - key: the-key-of-alice',
    '',
  ].join('\n');

it('a file without ids is found again by what its entities are called', () => {
  const [file, other] = [fileOf('orders', 'all'), fileOf('orders', 'some')].map((text) =>
    readKongFile(text, 'x', facts),
  );
  if (!file || !other) throw new Error('not read');
  expect(namesMissing(file, readKongFile(fileOf('orders', 'all'), 'y', facts), facts)).toEqual([]);
  expect(namesMissing(other, file, facts)).toEqual(['routes all is not there.']);
});

it('what is missing is named without its secret', () => {
  const file = readKongFile(fileOf('orders', 'all'), 'x', facts);
  const live = readKongFile(fileOf('orders', 'all').replace('the-key-of-alice', 'another'), 'y', facts);
  const [missing = ''] = namesMissing(live, file, facts);
  expect(missing).toMatch(/^keyauth_credentials .* is not there\.$/);
  expect(missing).not.toContain('the-key-of-alice');
});
