import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { cancelling } from './support/cancelling.js';
import type { Asked } from './support/editor.js';
import { admin, answering, startGateway, startOver, writeEnvironments } from './support/editor.js';

const sayYes = (buttons: string[]): string | undefined => buttons.find((button) => button.startsWith('Restore'));
const look = (buttons: string[]): string | undefined => buttons.find((button) => button.startsWith('Look'));

suite('restore', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;
  let snapshot: string;

  const prepare = async (flags: Record<string, boolean> = {}): Promise<void> => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url, ...flags });
    const core = await parts.app.get();
    const environment = await core.environment('shop');
    await vscode.commands.executeCommand('kongBackup.backUp', environment.name);
    snapshot = (await core.snapshot('shop/latest')).id;
    await admin(gateway, 'DELETE', '/services/orders');
    await admin(gateway, 'POST', '/services', { name: 'stray', host: 'stray.test' });
  };
  const restore = (button?: (buttons: string[]) => string | undefined, text?: string): Promise<Asked[]> =>
    answering({ ...(button ? { button } : {}), ...(text === undefined ? {} : { text }) }, () =>
      vscode.commands.executeCommand('kongBackup.restore', snapshot, 'shop'),
    );
  const has = async (service: string): Promise<boolean> =>
    (await admin(gateway, 'GET', `/services/${service}`)).status === 200;
  const openText = (start: string): string =>
    vscode.workspace.textDocuments
      .find(({ uri }) => uri.scheme.startsWith('kong-') && uri.path.startsWith(`/${start}`))
      ?.getText() ?? '';

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
  });

  teardown(() => gateway.close());

  test('shows the plan, names and counts in the question, restores and proves it', async () => {
    await prepare();
    const [asked] = await restore(sayYes);
    assert.ok([snapshot, 'shop', gateway.url].every((name) => asked?.message.includes(name)));
    assert.match(asked?.detail ?? '', /create 1, update 0, delete 1/);
    assert.match(openText('Plan'), /^\+ services orders$/m);
    assert.match(openText('Plan'), /^- services stray$/m);
    assert.ok(await has('orders'));
    assert.ok(!(await has('stray')));
    assert.match(openText('Report'), /Verified/);
    assert.match(openText('Report'), /Safety snapshot/);
  });

  test('nothing is written when the answer is no', async () => {
    await prepare();
    await restore();
    assert.ok(!(await has('orders')));
    assert.ok(await has('stray'));
  });

  test('a plan looked at first is applied from its document', async () => {
    await prepare();
    await restore(look);
    assert.ok(!(await has('orders')));
    const plan = vscode.window.activeTextEditor?.document.uri;
    assert.equal(plan?.scheme, 'kong-plan');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', plan);
    assert.deepEqual(
      lenses.map(({ command }) => command?.command),
      ['kongBackup.applyPlan', 'kongBackup.showPlanChanges'],
    );
    await answering({ button: sayYes }, () => vscode.commands.executeCommand('kongBackup.applyPlan', plan));
    assert.ok(await has('orders'));
    assert.equal(parts.documents.pending(plan), undefined);
  });

  test('changes are shown side by side', async () => {
    await prepare();
    await restore(look);
    await vscode.commands.executeCommand('kongBackup.showPlanChanges');
    const { activeTab } = vscode.window.tabGroups.activeTabGroup;
    assert.match(activeTab?.label ?? '', /Plan: restore shop/);
  });

  test('a protected environment wants its name typed', async () => {
    await prepare({ protected: true });
    await restore(sayYes, 'shap');
    assert.ok(!(await has('orders')));
    await restore(sayYes, 'shop');
    assert.ok(await has('orders'));
  });

  test('a read-only environment is refused before anything is asked', async () => {
    await prepare({ readOnly: true });
    const asked = await restore(sayYes);
    assert.deepEqual(
      asked.map(({ message }) => message.includes('read-only')),
      [true],
    );
    assert.ok(!(await has('orders')));
  });

  test('a gateway that equals the snapshot is not asked about', async () => {
    await prepare();
    await restore(sayYes);
    assert.deepEqual(await restore(sayYes), []);
    assert.match(openText('Plan'), /No differences|create 1/);
  });

  test('a restore that is cancelled while it writes names the way back', async () => {
    await prepare();
    const asked: Asked[] = [];
    await cancelling(/^Applying/, async () => asked.push(...(await restore(sayYes))));
    const last = asked.at(-1);
    assert.match(last?.message ?? '', /safety snapshot shop\//);
    assert.deepEqual(last?.buttons, ['Plan the Way Back']);
    const kept = (await (await parts.app.get()).snapshots('shop')).filter(
      ({ manifest }) => manifest?.guards === snapshot,
    );
    assert.equal(kept.length, 1);
  });

  test('compare shows differences and hides secrets', async () => {
    await admin(gateway, 'POST', '/consumers', { username: 'ann' });
    await admin(gateway, 'POST', '/consumers/ann/key-auth', { key: 'very-secret-key' });
    await prepare();
    const [{ id }] = ((await admin(gateway, 'GET', '/consumers/ann/key-auth')).body as { data: [{ id: string }] }).data;
    await admin(gateway, 'PATCH', `/consumers/ann/key-auth/${id}`, { key: 'another-secret-key' });
    await answering({}, () => vscode.commands.executeCommand('kongBackup.compareWithEnvironment', snapshot));
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /keyauth credentials/);
    assert.match(text, /changed, not shown/);
    assert.doesNotMatch(text, /secret-key/);
  });
});
