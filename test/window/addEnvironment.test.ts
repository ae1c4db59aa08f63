import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSample, type Sample } from './sample.js';

describe('a folder without environments', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await openSample({ 'notes.txt': 'nothing of Kong yet' });
    await sample.window.openContainer('Kong Backup');
  });
  afterAll(() => sample?.close());

  test('says in both views how to begin', async () => {
    const { page } = sample.window;
    await page.getByText('No Kong environment yet.').waitFor();
    await page.getByText('No snapshot yet.').waitFor();
    await page.getByRole('button', { name: 'Start Practice Gateway' }).waitFor();
    expect(sample.gateway.requests.total).toBe(0);
  });

  test('adds an environment by a form with a way back, and asks the gateway who it is', async () => {
    const { window, gateway, folder } = sample;
    await window.page.getByRole('button', { name: 'Add Environment', exact: true }).first().click();
    await window.answer('What do you call it?', 'stagin');
    await window.frameOf('The address of its Admin API').waitFor();
    await window.frameOf('The address of its Admin API').getByRole('button', { name: 'Back' }).click();
    await window.frameOf('What do you call it?').waitFor();
    expect(await window.quickInput().inputValue()).toBe('stagin');

    await window.answer('What do you call it?', 'staging');
    await window.answer('The address of its Admin API', gateway.url);
    // Workspaces, flags, group, colour: by their place in the form.
    await window.answer('(3/6)');
    await window.answer('(4/6)');
    await window.answer('(5/6)', 'shop');
    await window.answer('(6/6)');

    await window.row('Environments', 'shop').waitFor();
    await window.row('Environments', /^staging3\.9/).waitFor();
    await window
      .statusBar()
      .getByText(/staging/)
      .waitFor();
    const file = readFileSync(path.join(folder, 'kong-environments.yaml'), 'utf8');
    expect(file).toContain('name: staging');
    expect(file).toContain(gateway.url);
  });
});
