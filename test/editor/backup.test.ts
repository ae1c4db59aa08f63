import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { SnapshotNode } from '../../src/vscode/tree/snapshotNode.js';
import type { TreeNode } from '../../src/vscode/tree/treeNode.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { cancelling } from './support/cancelling.js';
import { admin, answering, find, inWorkspace, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('snapshots view', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
  });

  teardown(() => gateway.close());

  const snapshotsOf = async (name: string): Promise<TreeNode[]> =>
    parts.snapshots.getChildren(find(await parts.snapshots.getChildren(), name));

  test('a backup is a new row, newest first', async () => {
    assert.deepEqual(await parts.snapshots.getChildren(), []);
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const rows = (await snapshotsOf('shop')) as SnapshotNode[];
    assert.equal(rows.length, 2);
    const [newer, older] = rows.map(({ manifest }) => manifest.createdAt);
    assert.ok(newer && older && newer >= older);
    assert.equal(parts.inPlay.text, '$(server-environment) shop');
  });

  test('a part opens read-only, as a Kong file', async () => {
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const [snapshot] = await snapshotsOf('shop');
    const part = (await parts.snapshots.getChildren(snapshot)).find(({ id }) => id.includes('/file:'));
    await vscode.commands.executeCommand('kongBackup.openPart', part);
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, 'kong-snapshot');
    assert.equal(document.languageId, 'kong-declarative');
    assert.match(document.getText(), /_format_version[\s\S]*orders/);
    assert.equal(vscode.workspace.fs.isWritableFileSystem('kong-snapshot'), undefined);
  });

  test('an incomplete snapshot is marked', async () => {
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const [{ manifest }] = (await snapshotsOf('shop')) as [SnapshotNode];
    rmSync(inWorkspace('.kong-snapshots', manifest.id, 'manifest.json'));
    const [row] = await snapshotsOf('shop');
    assert.equal(row?.item().contextValue, 'snapshot.broken');
    assert.equal(row?.item().description, 'incomplete');
  });

  test('a file that changed since is not shown, and the reason is', async () => {
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const [{ manifest }] = (await snapshotsOf('shop')) as [SnapshotNode];
    const [file] = manifest.parts.flatMap(({ files }) => files);
    assert.ok(file);
    writeFileSync(inWorkspace('.kong-snapshots', manifest.id, file.path), '_format_version: "3.0"\n');
    const core = await parts.app.get();
    await assert.rejects(core.readPart(manifest.id, file.path), { code: 'snapshot-damaged' });
  });

  test('a delete asks, and says which', async () => {
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const [snapshot] = (await snapshotsOf('shop')) as [SnapshotNode];
    const refuse = () => vscode.commands.executeCommand('kongBackup.deleteSnapshot', snapshot);
    const [asked] = await answering({}, refuse);
    assert.ok(asked?.message.includes(snapshot.manifest.id));
    assert.equal((await snapshotsOf('shop')).length, 1);
    await answering({ button: ([first]) => first }, refuse);
    assert.deepEqual(await parts.snapshots.getChildren(), []);
  });

  test('path goes to the clipboard', async () => {
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    const [snapshot] = (await snapshotsOf('shop')) as [SnapshotNode];
    await vscode.commands.executeCommand('kongBackup.copyPath', snapshot);
    const expected = inWorkspace('.kong-snapshots', ...snapshot.manifest.id.split('/'));
    assert.equal(await vscode.env.clipboard.readText(), expected);
  });

  test('a cancelled backup leaves no row and complains of nothing', async () => {
    const asked = await answering({}, async () => {
      const said = await cancelling(/./, () => vscode.commands.executeCommand('kongBackup.backUp', 'shop'));
      assert.ok(said.length > 0);
    });
    assert.deepEqual(asked, []);
    assert.deepEqual(await parts.snapshots.getChildren(), []);
  });

  test('a backup of a dead gateway leaves no row and says what to do', async () => {
    await gateway.close();
    const asked = await answering({}, () => vscode.commands.executeCommand('kongBackup.backUp', 'shop'));
    assert.match(asked[0]?.message ?? '', /can’t be reached/);
    assert.ok(asked[0]?.buttons.includes('Retry'));
    assert.deepEqual(await parts.snapshots.getChildren(), []);
  });
});
