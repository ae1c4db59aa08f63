import { expect, test } from 'vitest';
import type { ImportedFrom, Manifest } from '../../../src/core/snapshot.js';
import { backup } from '../../../src/operations/backup.js';
import { differencesOfPlace } from '../../../src/operations/planWarnings.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

test.each<[string, ImportedFrom['versionFrom'] | undefined, string, string[]]>([
  ['3.9', 'assumed', '3.4.2', []],
  ['3.9', 'given', '3.9.3', []],
  ['3.9.3', 'given', '3.9', []],
  ['3.9', 'given', '3.90.1', ['other-version']],
  ['3.9.3', undefined, '3.9.4', ['other-version']],
])('of Kong %s (%s) on Kong %s: %j', async (was, versionFrom, is, codes) => {
  const { gateway, parts } = await operationsFixture(service(1));
  const target = targetOf();
  const taken = await backup(parts, { target }, watchedContext().context);
  const imported = versionFrom && { file: 'f', kind: 'deck' as const, madeAt: taken.createdAt, versionFrom };
  const snapshot: Manifest = { ...taken, gateway: { ...taken.gateway, version: was }, ...(imported && { imported }) };
  const warnings = differencesOfPlace(snapshot, target.environment, {
    ...gateway.info,
    workspaces: ['default'],
    version: is,
  });
  expect(warnings.map(({ code }) => code)).toEqual(codes);
});
