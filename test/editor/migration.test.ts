import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('a migration', () => {
  let gateways: PracticeGateway[];
  let parts: Workbench;

  setup(async () => {
    parts = await startOver();
    gateways = [await startGateway(), await startGateway()];
    const [blue, green] = gateways.map(({ url }) => url);
    writeEnvironments({ name: 'blue', adminUrl: blue ?? '' }, { name: 'green', adminUrl: green ?? '' });
  });

  teardown(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
  });

  const begun = async (): Promise<string> => {
    await vscode.commands.executeCommand('kongBackup.startMigration', 'blue', 'green');
    const [first] = await (await parts.app.get()).migrations.list();
    return first?.id ?? '';
  };
  const act = (id: string, action: string, step?: string, given?: object): PromiseLike<unknown> =>
    vscode.commands.executeCommand('kongBackup.migrationStep', id, action, step, given);
  const page = (id: string): string => parts.migrations.htmlOf(id) ?? '';

  test('is shown step by step, with what each found and what can be done now', async () => {
    const id = await begun();
    assert.match(page(id), /<h1>Migration from blue to green<\/h1>/);
    assert.match(page(id), /id="platform-check" aria-current="step"/);
    assert.doesNotMatch(page(id), /data-action="run" data-step="change-embargo"/);
    await act(id, 'run', 'platform-check');
    assert.match(page(id), /Blue and green are reachable, and green is ready\./);
    assert.match(page(id), /id="change-embargo" aria-current="step"/);
    await act(id, 'note', 'platform-check', { reason: 'Seen <by> me' });
    assert.match(page(id), /Seen &#60;by&#62; me/);
  });

  test('has a row among the environments that says what is next, until all is over', async () => {
    const id = await begun();
    const rows = async () => (await parts.environments.getChildren()).map((node) => node.item());
    const row = (await rows()).find(({ label }) => label === 'Migration from blue to green');
    assert.equal(row?.description, 'Platform check');
    assert.deepEqual(row?.command?.arguments, [id]);
    await act(id, 'run', 'platform-check');
    const after = (await rows()).find(({ label }) => label === 'Migration from blue to green');
    assert.equal(after?.description, 'Change embargo');
  });

  test('is closed with a reason, and then neither walked nor reminded of', async () => {
    const id = await begun();
    assert.match(page(id), /data-action="close"/);
    await act(id, 'close', undefined, { reason: 'Blue stays.' });
    assert.match(page(id), /Closed [^<]* by [^<]*: Blue stays\./);
    assert.doesNotMatch(page(id), /data-action="(?:run|override|close)"/);
    const rows = (await parts.environments.getChildren()).map((node) => node.item().label);
    assert.ok(!rows.includes('Migration from blue to green'));
  });

  test('stops at a green that is not empty, until somebody says why to go on', async () => {
    await admin(gateways[1] as PracticeGateway, 'POST', '/services', { name: 'left-over', host: 'x.test' });
    const id = await begun();
    await act(id, 'run', 'platform-check');
    assert.match(page(id), /class="step stopped" id="platform-check"/);
    await act(id, 'override', 'platform-check', { reason: 'It may go.' });
    assert.match(page(id), /id="change-embargo" aria-current="step"/);
    await act(id, 'report');
    const report = vscode.window.activeTextEditor?.document;
    assert.equal(report?.languageId, 'markdown');
    assert.match(report.getText(), /# Migration from blue to green[^]*It may go/);
  });
});
