import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadAddress, environment, openSample, type Sample } from './sample.js';

describe('the view of environments', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await openSample({
      'kong-environments.yaml': [
        'environments:\n',
        environment('dead', { adminUrl: deadAddress, group: 'live' }),
        environment('production', { adminUrl: 'ADDRESS', group: 'live', readOnly: true, color: 'red' }),
        environment('staging', { adminUrl: 'ADDRESS' }),
      ].join(''),
    });
    await sample.window.openContainer('Kong Backup');
  });
  afterAll(() => sample?.close());

  test('lists them by group, with what is special about each, and asks no gateway', async () => {
    const { window, gateway } = sample;
    await window.row('Environments', 'live').waitFor();
    await window.row('Environments', 'staging').waitFor();
    await expect.poll(() => window.badgeOf(window.row('Environments', 'production'))).toContain('RO');
    expect(gateway.requests.total).toBe(0);
  });

  test('a dead gateway has a row with a way to try again, and holds up no other', async () => {
    const { window } = sample;
    await window.expand(window.row('Environments', 'dead'));
    await window.expand(window.row('Environments', 'staging'));
    await window.row('Environments', /^The gateway can’t be reached/).waitFor();
    await window.row('Environments', /^deadunreachable/).waitFor();
    await window.row('Environments', /^staging3\.9/).waitFor();
    await window.expand(window.row('Environments', 'payments'));
    await window.row('Environments', /^services\d+/).waitFor();
    await window.rowAction(window.row('Environments', /^The gateway can’t be reached/), 'Retry');
    await window.row('Environments', /^The gateway can’t be reached/).waitFor();
  });

  test('the status bar names the environment that was chosen', async () => {
    const { window } = sample;
    await window.row('Environments', 'production').click();
    await window
      .statusBar()
      .getByText(/production.*RO/)
      .waitFor();
  });

  test('a backup of the dead gateway fails with its place, the reason and a button', async () => {
    const { window } = sample;
    await window.rowAction(window.row('Environments', 'dead'), 'Back Up');
    const toast = window.toasts().filter({ hasText: deadAddress });
    await toast.waitFor();
    expect(await toast.textContent()).toContain('The gateway can’t be reached.');
    await toast.getByRole('button', { name: 'Retry' }).waitFor();
  });
});
