import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import { environmentDecorations } from '../../src/vscode/environmentDecorations.js';
import type { ErrorNode } from '../../src/vscode/tree/errorNode.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, find, inWorkspace, labelOf, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('environments view', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway({ workspaces: ['default', 'payments'] });
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    await admin(gateway, 'POST', '/services/orders/routes', { name: 'all', paths: ['/'] });
  });

  teardown(() => gateway.close());

  test('shows version and mode, workspaces and counts once opened', async () => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    const shop = find(await parts.environments.getChildren(), 'shop');
    const workspaces = await parts.environments.getChildren(shop);
    assert.deepEqual(workspaces.map(labelOf), ['default', 'payments']);
    assert.match(String(shop.item().description), /^3\.\d+.* · traditional$/);

    const rows = await parts.environments.getChildren(find(workspaces, 'default'));
    assert.equal(find(rows, 'services').item().description, '1');
    assert.equal(find(rows, 'routes').item().description, '1');
    const nothing = await parts.environments.getChildren(find(workspaces, 'payments'));
    assert.deepEqual(nothing.map(labelOf), ['No entities']);
  });

  test('a dead gateway has an error row and holds up nobody', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    try {
      writeEnvironments(
        { name: 'silent', adminUrl: `http://127.0.0.1:${port}` },
        { name: 'dead', adminUrl: 'http://127.0.0.1:9' },
        { name: 'shop', adminUrl: gateway.url },
      );
      const roots = await parts.environments.getChildren();
      const pending = parts.environments.getChildren(find(roots, 'silent'));
      const [error] = await parts.environments.getChildren(find(roots, 'dead'));
      assert.equal(error?.item().contextValue, 'error');
      assert.equal(error?.item().command?.command, 'kongBackup.retry');
      assert.equal((await parts.environments.getChildren(find(roots, 'shop'))).length, 2);
      silent.closeAllConnections();
      assert.equal((await pending)[0]?.item().contextValue, 'error');
    } finally {
      silent.close();
    }
  });

  test('retry asks again', async () => {
    const { port } = gateway;
    await gateway.close();
    writeEnvironments({ name: 'shop', adminUrl: `http://127.0.0.1:${port}` });
    const shop = find(await parts.environments.getChildren(), 'shop');
    const [error] = await parts.environments.getChildren(shop);
    assert.equal(error?.item().contextValue, 'error');

    gateway = await startGateway({ port });
    await vscode.commands.executeCommand('kongBackup.retry', error as ErrorNode);
    assert.deepEqual((await parts.environments.getChildren(shop)).map(labelOf), ['default']);
  });

  test('ids stay the same whatever the state, and tell rows apart', async () => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url }, { name: 'twin', adminUrl: gateway.url });
    const before = (await parts.environments.getChildren()).map(({ id }) => id);
    await vscode.commands.executeCommand('kongBackup.refresh');
    const after = (await parts.environments.getChildren()).map(({ id }) => id);
    assert.deepEqual(after, before);
    assert.equal(new Set(after).size, 2);
    const shop = await (await parts.app.get()).environment('shop');
    assert.equal(parts.statuses.get(shop).state, 'reachable');
  });

  test('groups, colours and badges keep environments apart', async () => {
    writeEnvironments(
      { name: 'live', adminUrl: gateway.url, group: 'Europe', color: 'red', protected: true },
      { name: 'archive', adminUrl: gateway.url, readOnly: true },
    );
    const roots = await parts.environments.getChildren();
    assert.deepEqual(roots.map(labelOf), ['Europe', 'archive']);
    const [live] = await parts.environments.getChildren(roots[0]);
    assert.ok(live);
    const decoration = await environmentDecorations.provideFileDecoration(
      live.item().resourceUri as vscode.Uri,
      new vscode.CancellationTokenSource().token,
    );
    assert.equal(decoration?.badge, 'P');
    assert.deepEqual(decoration?.color, new vscode.ThemeColor('kongBackup.environment.red'));
    assert.equal(find(roots, 'archive').item().contextValue, 'environment.readOnly');
  });

  test('what is wrong with the file stands on top, at its place', async () => {
    await vscode.workspace.fs.writeFile(
      vscode.Uri.file(inWorkspace('kong-environments.yaml')),
      Buffer.from('environments:\n  - name: nowhere\n    id: x\n    mode: dbless\n    adminUrl: ftp://x\n'),
    );
    const [problem] = await parts.environments.getChildren();
    assert.equal(problem?.item().command?.command, 'vscode.open');
    assert.equal(problem?.item().description, 'line 5');
  });
});
