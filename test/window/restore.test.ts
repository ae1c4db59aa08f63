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

  test('the last word names the gateway and counts; nothing is written without it', async () => {
    const { window, gateway } = sample;
    await lose('orders-mine');
    await window.rowAction(window.row('Snapshots', /^20\d\d-/), 'Restore…');
    await window.answer('into which environment', 'staging');
    await window.dialog().getByText(`Restore staging (${gateway.url})`).waitFor();
    await window.dialog().getByText('create 1, update 0, delete 0').waitFor();
    await window.pressDialogButton('Cancel');
    await window.editorText('orders-mine').waitFor();
    expect(await routes()).not.toContain('orders-mine');
  });

  test('a protected environment is restored only when its name is typed, and the proof is shown', async () => {
    const { window } = sample;
    await window.command('Kong Backup: Apply This Plan');
    await window.pressDialogButton(/^Restore staging/);
    await window.answer('staging is protected', 'stagin');
    await window.frameOf('Type staging, exactly.').waitFor();
    expect(await routes()).not.toContain('orders-mine');
    await window.answer('staging is protected', 'staging');
    await window.editorText('Restored staging').waitFor();
    await window.editorText('Verified: read back and compared').waitFor();
    expect(await routes()).toContain('orders-mine');
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
