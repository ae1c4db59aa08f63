import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('drift', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  const check = (): PromiseLike<unknown> => vscode.commands.executeCommand('kongBackup.checkDrift', 'shop');

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
  });

  teardown(async () => {
    parts.changes.open(undefined);
    await gateway.close();
  });

  test('what changed since the last snapshot stands in the view and at the badge, until the next backup', async () => {
    await check();
    assert.deepEqual(parts.drift.drifted, []);
    await admin(gateway, 'PATCH', '/services/orders', { retries: 9 });
    await check();
    assert.deepEqual(
      parts.changes.changes().map(({ action, kind, label }) => [action, kind, label]),
      [['update', 'services', 'orders']],
    );
    assert.deepEqual(parts.environments.view.badge, {
      value: 1,
      tooltip: 'Changed since the last snapshot: shop',
    });
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    assert.equal(parts.environments.view.badge, undefined);
  });
});
