import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSample, type Sample } from './sample.js';

const file = `_format_version: "3.0"
services:
  - name: orders
    host: orders.internal
    prot: 8080
`;

describe('a declarative file', () => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await openSample({ 'kong_backup.yaml': file });
  });
  afterAll(() => sample?.close());

  test('has an error marked at its place, and not when it is mended', async () => {
    const { window } = sample;
    await window.openFile('kong_backup.yaml');
    await window.squiggles().first().waitFor();
    await window.page.keyboard.press('Control+Shift+M');
    await window.problem(/line 5 and character 5/).waitFor();

    await window.openFile('kong_backup.yaml');
    await window.goToLine(5, 5);
    await window.page.keyboard.press('Control+Shift+ArrowRight');
    await window.page.keyboard.type('port');
    await window.squiggles().first().waitFor({ state: 'detached' });
    await window.page.getByText('No problems have been detected in the workspace.').waitFor();
    expect(await window.editorText('port: 8080').count()).toBe(1);
  });

  test('asks no gateway', () => {
    expect(sample.gateway.requests.total).toBe(0);
  });
});
