import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, answering, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('changes', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  const backUp = (): PromiseLike<unknown> => vscode.commands.executeCommand('kongBackup.backUp', 'shop');
  const textOf = async (kind: string): Promise<string[]> => {
    const change = parts.changes.changes().find((each) => each.kind === kind);
    assert.ok(change, kind);
    await parts.changes.show(change);
    const { input } = vscode.window.tabGroups.activeTabGroup.activeTab ?? {};
    assert.ok(input instanceof vscode.TabInputTextDiff);
    const sides = [input.original, input.modified].map((uri) => vscode.workspace.openTextDocument(uri));
    return (await Promise.all(sides)).map((document) => document.getText());
  };

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    await admin(gateway, 'POST', '/consumers', { username: 'ann' });
    await admin(gateway, 'POST', '/consumers/ann/key-auth', { key: 'very-secret-key' });
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    await backUp();
    const keys = (await admin(gateway, 'GET', '/consumers/ann/key-auth')).body as { data: { id: string }[] };
    await admin(gateway, 'PATCH', '/services/orders', { retries: 9 });
    await admin(gateway, 'PATCH', `/consumers/ann/key-auth/${keys.data[0]?.id}`, { key: 'another-secret-key' });
    await backUp();
    const [newer, older] = await (await parts.app.get()).snapshots('shop');
    await vscode.commands.executeCommand('kongBackup.compareSnapshots', older?.id, [{ snapshotId: newer?.id }]);
  });

  teardown(async () => {
    parts.changes.open(undefined);
    await gateway.close();
  });

  test('both sides of an entity stand in the diff editor as YAML, read-only', async () => {
    const [before = '', after = ''] = await textOf('services');
    assert.match(before, /^retries: 5$/m);
    assert.match(after, /^retries: 9$/m);
  });

  test('secrets are masked until they are asked for', async () => {
    const masked = await textOf('keyauth_credentials');
    assert.doesNotMatch(masked.join(), /secret-key/);
    assert.match(masked[1] ?? '', /^# key /);
    const asked = await answering({ button: ([reveal]) => reveal }, () =>
      vscode.commands.executeCommand('kongBackup.revealSecrets'),
    );
    assert.equal(asked.length, 1);
    const change = parts.changes.changes().find(({ kind }) => kind === 'keyauth_credentials');
    assert.ok(change);
    assert.ok(parts.changes.areSecretsShown);
    parts.changes.open(parts.changes.current);
    assert.ok(!parts.changes.areSecretsShown, 'another comparison starts masked');
  });

  test('a filter shows what has all of its words', async () => {
    await answering({ text: 'services update' }, () => vscode.commands.executeCommand('kongBackup.filterChanges'));
    assert.deepEqual(
      parts.changes.changes().map(({ label }) => label),
      ['orders'],
    );
  });

  test('all changes open in one editor', async () => {
    await vscode.commands.executeCommand('kongBackup.openAllChanges');
    assert.match(vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '', /↔/);
  });

  test('the history of an entity is looked at in the same view', async () => {
    await answering({ text: 'services orders' }, () => vscode.commands.executeCommand('kongBackup.entityHistory'));
    assert.deepEqual(
      parts.changes.changes().map(({ action }) => action),
      ['create', 'update'],
    );
  });
});
