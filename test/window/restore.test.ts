import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { environment, openSample, type Sample } from './sample.js';

describe('back up and restore', () => {
  let sample: Sample;
  const routes = async (): Promise<string[]> => {
    const answer = await fetch(`${sample.gateway.url}/default/routes?size=1000`);
    const { data } = (await answer.json()) as { data: { name: string }[] };
    return data.map(({ name }) => name).sort();
  };
  const lose = (route: string) => fetch(`${sample.gateway.url}/default/routes/${route}`, { method: 'DELETE' });

  beforeAll(async () => {
    sample = await openSample({
      'kong-environments.yaml': [
        'environments:\n',
        environment('staging', { adminUrl: 'ADDRESS', protected: true }),
        environment('production', { adminUrl: 'ADDRESS', readOnly: true }),
      ].join(''),
    });
    await sample.window.openContainer('Kong Backup');
  });
  afterAll(() => sample?.close());

  test('a backup ends with its row in the tree, and no notification', async () => {
    const { window } = sample;
    await window.rowAction(window.row('Environments', 'staging'), 'Back Up');
    await window.expand(window.row('Snapshots', /^20\d\d-/));
    await window.row('Snapshots', /^default.*entities/).waitFor();
    await window
      .statusBar()
      .getByText(/Backed up staging/)
      .waitFor();
    await window.toasts().first().waitFor({ state: 'detached' });
  });

  test('a part opens read-only', async () => {
    const { window } = sample;
    await window.row('Snapshots', /^default.*entities/).click();
    await window.editorText('_format_version').waitFor();
    await window.editorText('_format_version').click();
    await window.page.keyboard.type('x');
    await window.page.getByRole('paragraph').filter({ hasText: 'Cannot edit in read-only editor' }).waitFor();
  });

  const plan = () => sample.window.webview();

  test('what a ticked entity needs is added, and said why', async () => {
    const { window } = sample;
    await lose('orders-mine');
    const { data } = (await (await fetch(`${sample.gateway.url}/default/plugins?size=1000`)).json()) as {
      data: { id: string }[];
    };
    for (const { id } of data) {
      await fetch(`${sample.gateway.url}/default/plugins/${id}`, { method: 'DELETE' });
    }
    await lose('customers-lookup');
    await window.rowAction(window.row('Snapshots', /^20\d\d-/), 'Restore…');
    await window.answer('into which environment', 'staging');
    await plan().getByRole('radio', { name: 'Only what is ticked' }).check();
    const tree = plan().getByRole('tree');
    await tree.focus();
    // Nothing is ticked but one plugin: Space on the workspace takes all ticks away, then one is set.
    await window.page.keyboard.press('Home');
    await window.page.keyboard.press(' ');
    await plan()
      .getByRole('treeitem', { name: /^Workspace default/, checked: false })
      .waitFor();
    await plan().getByLabel('Filter the changes').fill('office-only');
    await plan()
      .getByRole('treeitem', { name: /office-only/ })
      .locator('.box')
      .click();
    await plan().getByLabel('Filter the changes').fill('routes customers-lookup');
    await plan()
      .getByRole('treeitem', { name: /customers-lookup, needed by plugins office-only/ })
      .waitFor();
    await plan().getByText('create 2, update 0, delete 0').waitFor();
  });

  test('the last word names the gateway and counts; nothing is written without it', async () => {
    const { window, gateway } = sample;
    await plan().getByRole('button', { name: 'Restore…' }).click();
    await window.dialog().getByText(`Restore staging (${gateway.url})`).waitFor();
    await window.dialog().getByText('create 2, update 0, delete 0').waitFor();
    await window.pressDialogButton('Cancel');
    expect(await routes()).not.toContain('customers-lookup');
  });

  test('a protected environment is restored only when its name is typed, and the proof is shown', async () => {
    const { window } = sample;
    await window.command('Kong Backup: Apply This Plan');
    await window.pressDialogButton(/^Restore staging/);
    await window.answer('staging is protected', 'stagin');
    await window.frameOf('Type staging, exactly.').waitFor();
    expect(await routes()).not.toContain('customers-lookup');
    await window.answer('staging is protected', 'staging');
    await window.editorText('Restored staging').waitFor();
    // Not all was ticked: only what was compared is called equal.
    await window.editorText('Verified: what was compared equals the snapshot').waitFor();
    expect(await routes()).toContain('customers-lookup');
    expect(await routes()).not.toContain('orders-mine');
    await window.row('Snapshots', /safety snapshot/).waitFor();
  });

  test('a read-only environment is refused', async () => {
    const { window } = sample;
    await window.command('Kong Backup: Restore…');
    await window.answer('Restore which snapshot?');
    await window.answer('into which environment', 'production');
    const toast = window.toasts().filter({ hasText: 'read-only' });
    await toast.waitFor();
    await toast.getByRole('button', { name: 'Open File' }).waitFor();
  });
});
