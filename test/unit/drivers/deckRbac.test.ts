import { expect, it } from 'vitest';
import { countRoles, rbacDumpArguments, rbacHelpArguments, rbacSyncArguments } from '../../../src/drivers/deckRbac.js';

it('has new words and old ones, without any secret', () => {
  expect(rbacHelpArguments('new')).toEqual(['gateway', 'dump', '--help']);
  expect(rbacDumpArguments('new', 'payments', '/tmp/a.yaml')).toEqual([
    'gateway',
    'dump',
    '--rbac-resources-only',
    '--output-file',
    '/tmp/a.yaml',
    '--workspace',
    'payments',
  ]);
  expect(rbacDumpArguments('old', 'payments', '/tmp/a.yaml').slice(0, 2)).toEqual(['dump', '--rbac-resources-only']);
  expect(rbacSyncArguments('new', 'default', '/tmp/a.yaml').slice(0, 3)).toEqual(['gateway', 'sync', '/tmp/a.yaml']);
  expect(rbacSyncArguments('old', 'default', '/tmp/a.yaml').slice(0, 3)).toEqual(['sync', '--state', '/tmp/a.yaml']);
});

it('counts roles and permissions, and takes nothing else for a file of roles', () => {
  const text = 'rbac_roles:\n- name: a\n  endpoint_permissions:\n  - endpoint: /x\n  - endpoint: /y\n- name: b\n';
  expect(countRoles(text, 'a.yaml')).toEqual({ rbac_roles: 2, rbac_endpoint_permissions: 2 });
  expect(countRoles('_format_version: "3.0"\n', 'a.yaml')).toEqual({ rbac_roles: 0, rbac_endpoint_permissions: 0 });
  expect(() => countRoles('[]', 'a.yaml')).toThrow(/no file of roles/);
  expect(() => countRoles('a: [', 'a.yaml')).toThrow(/YAML/);
});
