import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import { allChanges } from '../../src/vscode/views/planChoices.js';
import type { PlanPage } from '../../src/vscode/views/planPages.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { cancelling } from './support/cancelling.js';
import type { Asked } from './support/editor.js';
import { admin, answering, eventually, startGateway, startOver, writeEnvironments } from './support/editor.js';

const sayYes = (buttons: string[]): string | undefined => buttons.find((button) => button.startsWith('Restore'));
const look = (buttons: string[]): string | undefined => buttons.find((button) => button.startsWith('Look'));

suite('restore', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;
  let snapshot: string;

  const prepare = async (flags: Record<string, boolean | Record<string, number>> = {}): Promise<void> => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url, ...flags });
    const core = await parts.app.get();
    const environment = await core.environment('shop');
    await vscode.commands.executeCommand('kongBackup.backUp', environment.name);
    snapshot = (await core.snapshot('shop/latest')).id;
    await admin(gateway, 'DELETE', '/services/orders');
    await admin(gateway, 'POST', '/services', { name: 'stray', host: 'stray.test' });
  };
  const plan = () => vscode.commands.executeCommand('kongBackup.restore', snapshot, 'shop');
  const apply = () => vscode.commands.executeCommand('kongBackup.applyPlan');
  const restore = (button?: (buttons: string[]) => string | undefined, text?: string): Promise<Asked[]> =>
    answering({ ...(button ? { button } : {}), ...(text === undefined ? {} : { text }) }, async () => {
      await plan();
      await apply();
    });
  const page = (): PlanPage => {
    const { current } = parts.plans;
    assert.ok(current, 'a plan is open');
    return current;
  };
  /** Places of changes in the whole plan. */
  const places = (...labels: string[]): number[] =>
    allChanges(page().plan).flatMap(({ label }, index) => (labels.includes(label) ? index : []));
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
    assert.match(asked?.detail ?? '', /^− services stray$/m);
    assert.ok(await has('orders'));
    assert.ok(!(await has('stray')));
    assert.match(openText('Report: restore'), /Verified/);
    assert.match(openText('Report: restore'), /Safety snapshot/);
  });

  test('a lens above an entity plans that one alone', async () => {
    await prepare();
    const uri = vscode.Uri.file(`/snapshots/${snapshot}/entities/kong.yaml`).toString();
    const about = { uri, workspace: 'default', kind: 'services', name: 'orders' };
    await vscode.commands.executeCommand('kongBackup.restore', undefined, 'shop', about);
    assert.equal(page().plan.snapshot.id, snapshot);
    assert.deepEqual(page().shown.done, places('orders'));
  });

  test('nothing is written when the answer is no', async () => {
    await prepare();
    await restore();
    assert.ok(!(await has('orders')));
    assert.ok(await has('stray'));
  });

  test('a plan is a page that stays until it is applied', async () => {
    await prepare();
    await restore(look);
    assert.ok(!(await has('orders')));
    const active = () => vscode.window.tabGroups.activeTabGroup.activeTab;
    await eventually('the page', () => /^Plan: restore shop/.test(active()?.label ?? ''));
    assert.ok(active()?.input instanceof vscode.TabInputWebview);
    await answering({ button: sayYes }, apply);
    assert.ok(await has('orders'));
    assert.equal(parts.plans.current, undefined);
  });

  test('only what is ticked is restored, with what it needs', async () => {
    await admin(gateway, 'POST', '/services/orders/routes', { name: 'orders-all', paths: ['/orders'] });
    await admin(gateway, 'POST', '/consumers', { username: 'ann' });
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    await vscode.commands.executeCommand('kongBackup.backUp', 'shop');
    snapshot = (await (await parts.app.get()).snapshot('shop/latest')).id;
    for (const address of ['/routes/orders-all', '/services/orders', '/consumers/ann']) {
      await admin(gateway, 'DELETE', address);
    }
    await admin(gateway, 'POST', '/services', { name: 'stray', host: 'stray.test' });
    await plan();
    page().choose('only', places('orders-all'));
    const { done, whys, counts } = page().shown;
    assert.deepEqual(done, places('orders', 'orders-all'));
    assert.deepEqual(whys, [[places('orders')[0], 'needed by routes orders-all']]);
    assert.match(counts, /^create 2, update 0, delete 0 · 2 left as they are/);
    await answering({ button: sayYes }, apply);
    assert.ok((await has('orders')) && (await has('stray')));
    assert.equal((await admin(gateway, 'GET', '/consumers/ann')).status, 404);
    assert.match(openText('Report: restore'), /Verified/);
  });

  test('nothing is deleted when that is the mode', async () => {
    await prepare();
    await plan();
    page().choose('add-and-update');
    const [asked] = await answering({ button: sayYes }, apply);
    assert.match(asked?.detail ?? '', /create 1, update 0, delete 0/);
    assert.ok((await has('orders')) && (await has('stray')));
  });

  test('with nothing ticked there is nothing to ask', async () => {
    await prepare();
    await plan();
    page().choose('only', []);
    assert.deepEqual(await answering({ button: sayYes }, apply), []);
  });

  test('many deletes are said yes to apart', async () => {
    await prepare({ restore: { maxDeletes: 0 } });
    const asked = await restore((buttons) => buttons.find((button) => button === 'Restore shop, Deleting 1'));
    assert.match(asked[1]?.message ?? '', /^1 of the 1 entities of shop that were compared would be deleted/);
    assert.deepEqual(asked[1]?.buttons, ['Restore Anyway, Deleting 1 Entities']);
    assert.ok(await has('stray'));
    await answering({ button: sayYes }, apply);
    assert.ok(!(await has('stray')));
  });

  test('a gateway that changed since is planned anew in the same page, and not written', async () => {
    await prepare();
    await plan();
    await admin(gateway, 'POST', '/services', { name: 'late', host: 'late.test' });
    await answering({ button: sayYes }, apply);
    assert.ok(await has('stray'));
    assert.equal(places('late').length, 1);
    await answering({ button: sayYes }, apply);
    assert.ok(!(await has('late')));
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
    assert.equal(page().shown.done.length, 0);
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
