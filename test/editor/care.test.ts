import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { SnapshotNode } from '../../src/vscode/tree/snapshotNode.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, answering, find, inWorkspace, startGateway, startOver, writeEnvironments } from './support/editor.js';

const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(`kongBackup.${command}`, ...args);

suite('care of snapshots', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    await run('backUp', 'shop');
  });

  teardown(() => gateway.close());

  const rows = async () =>
    (await parts.snapshots.getChildren(find(await parts.snapshots.getChildren(), 'shop'))) as SnapshotNode[];
  const newest = async (): Promise<SnapshotNode> => {
    const [row] = await rows();
    assert.ok(row);
    return row;
  };
  const said = async () => String((await newest()).item().description);

  test('a verified snapshot says so in its row, with who and how', async () => {
    const asked = await answering({}, async () => run('verifySnapshot', await newest(), undefined, 'deep'));
    assert.deepEqual(asked, []);
    assert.match(await said(), /verified/);
    assert.match(String((await newest()).item().tooltip), /Whole: verified .*\(deep\) by .+@/);
    assert.match(parts.snapshots.getTreeItem(await newest()).accessibilityInformation?.label ?? '', /verified/);
  });

  test('a damaged one is named once, and keeps its red icon', async () => {
    const { manifest } = await newest();
    const file = inWorkspace('.kong-snapshots', manifest.id, 'manifest.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"sha256": "[0-9a-f]{4}/, '"sha256": "0000'));
    const asked = await answering({}, async () => run('verifySnapshot', await newest(), undefined, 'quick'));
    assert.equal(asked.length, 1);
    assert.match(asked[0]?.message ?? '', /is damaged/);
    assert.match(await said(), /damaged/);
    assert.equal(((await newest()).item().iconPath as vscode.ThemeIcon).id, 'error');
  });

  test('pin and unpin, let go and remember show in the row and its menu', async () => {
    await run('pinSnapshot', await newest());
    assert.match(await said(), /pinned/);
    assert.equal((await newest()).item().contextValue, 'snapshot.pinned');
    await run('unpinSnapshot', await newest());
    assert.equal((await newest()).item().contextValue, 'snapshot');
    await run('forgetSnapshot', await newest());
    assert.match(await said(), /let go/);
    assert.equal((await newest()).item().contextValue, 'snapshot.forgotten');
    await run('rememberSnapshot', await newest());
    assert.doesNotMatch(await said(), /let go/);
  });

  test('a prune shows what goes and why the rest stays, and does it only after a yes', async () => {
    const entry = { id: 'shop', name: 'shop', adminUrl: gateway.url, mode: 'traditional', retention: { keepLast: 1 } };
    writeFileSync(inWorkspace('kong-environments.yaml'), JSON.stringify({ environments: [entry] }));
    await run('backUp', 'shop');
    const [asked] = await answering({}, () => run('pruneSnapshots', 'shop'));
    assert.match(asked?.message ?? '', /Prune the snapshots of shop/);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /stays \| one of the last, the last good one/);
    assert.match(text, /is let go \| deleted after/);
    assert.ok((await rows()).every(({ state }) => state.forgotten === undefined));
    await answering({ button: ([first]) => first }, () => run('pruneSnapshots', 'shop'));
    assert.deepEqual(
      (await rows()).map(({ state }) => state.forgotten !== undefined),
      [false, true],
    );
  });

  test('a prune without a policy says what to write', async () => {
    const [asked] = await answering({}, () => run('pruneSnapshots', 'shop'));
    assert.match(asked?.message ?? '', /retention/);
  });
});
