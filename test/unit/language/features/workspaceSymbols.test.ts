import { expect, test } from 'vitest';
import { workspaceSymbols } from '../../../../src/language/features/workspaceSymbols.js';
import { atOnce } from '../../../../src/language/steps.js';
import { named } from '../places.js';

const services = named(
  'services.yaml',
  'services:\n- name: orders\n  routes:\n  - name: orders-list\n- name: payments\n',
);
const consumers = named('consumers.yaml', 'consumers:\n- username: Ordinary\n- custom_id: x\n');

const found = (query: string): string[] =>
  atOnce(workspaceSymbols([services, consumers], query)).map(
    ({ name, containerName, location: { uri } }) => `${uri.slice(uri.lastIndexOf('/') + 1)} ${containerName} ${name}`,
  );

test('entities of all files by the letters of a query', () => {
  expect(found('ord')).toEqual([
    'services.yaml service orders',
    'services.yaml orders orders-list',
    'consumers.yaml consumer Ordinary',
  ]);
  expect(found('pmt')).toEqual(['services.yaml service payments']);
  expect(found('')).toHaveLength(5);
  expect(found('zzz')).toEqual([]);
});
