import { expect, it } from 'vitest';
import { resultOf } from '../../../src/core/backupResult.js';
import type { Gap } from '../../../src/core/coverage.js';
import type { PartKind } from '../../../src/core/part.js';
import type { PartFailure, PartRecord } from '../../../src/core/snapshot.js';

const record = (kind: PartKind): PartRecord => ({
  kind,
  format: 'files',
  driver: { id: 'test', version: '1' },
  files: [],
  counts: {},
});
const gap = (more: Partial<Gap> = {}): Gap => ({ part: 'entities', reason: 'Why.', remedy: 'Do.', ...more });
const manifest = (kind: PartKind, ...notHeld: Gap[]) => ({
  coverage: { held: [], notHeld },
  parts: [record(kind)],
  warnings: [],
});

const failure: PartFailure = { part: 'files', code: 'c', reason: 'r', remedy: 'm' };
const cases: [string, Parameters<typeof resultOf>[0], string][] = [
  ['whole without entities that nobody asked for', manifest('database', gap()), 'ok'],
  ['whole without another part', manifest('entities', gap({ part: 'files' })), 'ok'],
  ['partial without a kind that could not be read', manifest('entities', gap({ kind: 'routes' })), 'partial'],
  ['partial without a workspace of a portal', manifest('portal', gap({ part: 'portal', workspace: 'a' })), 'partial'],
  ['partial without a kind of roles', manifest('rbac', gap({ part: 'rbac', kind: 'rbac_roles' })), 'partial'],
  ['whole without a file that is named', manifest('files', gap({ part: 'files', partial: true })), 'ok'],
  ['partial where nobody knows all workspaces', manifest('entities', gap()), 'partial'],
  ['partial after a failure', { ...manifest('database', gap()), failures: [failure] }, 'partial'],
];

it.each(cases)('a backup is %s', (_, found, result) => {
  expect(resultOf(found)).toBe(result);
});
