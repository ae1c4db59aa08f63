import * as vscode from 'vscode';
import { equal, eventually, ok, openFile, workbench, writeFile } from './support.js';

const before =
  '_format_version: "3.0"\nservices:\n  - name: orders\n    host: orders.test\n  - name: old\n    host: o.test\n';
const after =
  '_format_version: "3.0"\nservices:\n  - name: orders\n    host: sales.test\n  - name: new\n    host: n.test\n';

suite('files in a browser', () => {
  test('two files are compared by what they mean', async () => {
    const [from, to] = [await writeFile('before.kong.yaml', before), await writeFile('after.kong.yaml', after)];
    const { changes } = await workbench();
    await vscode.commands.executeCommand('kongBackup.compare', from, to);
    const told = changes.changes().map(({ action, kind, label }) => `${action} ${kind} ${label}`);
    equal(told.sort(), ['create services new', 'delete services old', 'update services orders'], 'changes');
    const [update] = changes.changes().filter(({ action }) => action === 'update');
    ok(update, 'an update');
    await changes.show(update);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    ok(tab instanceof vscode.TabInputTextDiff, 'both sides are shown');
    const text = (await vscode.workspace.openTextDocument(tab.modified)).getText();
    ok(text.includes('host: sales.test'), 'the side after');
  });

  test('a file that makes no sense is refused with its place', async () => {
    const { jobs } = await workbench();
    const context = { signal: new AbortController().signal, log: console, report: () => undefined };
    const bad = { name: 'bad.yaml', text: '_format_version: "3.0"\nservices: 5\n' };
    const error: unknown = await jobs.compare(bad, bad, context).catch((thrown: unknown) => thrown);
    ok(error instanceof Error && error.name === 'KongBackupError', 'an error of ours');
    equal((error as Error & { code?: string }).code, 'file-invalid', 'code');
  });

  test('a file of no language of ours is validated by the command', async () => {
    const text = JSON.stringify({ _format_version: '3.0', services: [{ hots: 'x' }] });
    const { uri } = await openFile('plain-name.json', text);
    await vscode.commands.executeCommand('kongBackup.validateFile', uri);
    ok(
      vscode.languages.getDiagnostics(uri).some(({ source }) => source === 'Kong Backup'),
      'a mark',
    );
  });

  test('the report of an upgrade lists what is new', async () => {
    const text = `# kong-backup: gateway-version=2.8\n${before.replace('3.0', '1.1')}`;
    const { uri } = await openFile('upgrade.kong.yaml', text);
    await vscode.commands.executeCommand('kongBackup.validateForUpgrade', uri, '3.9');
    const report = await eventually('the report', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.scheme === 'kong-report' && shown;
    });
    ok(report.getText().includes('format-version'), 'what breaks');
  });

  test('what needs a gateway says so and does nothing', async () => {
    const { showInformationMessage } = vscode.window;
    const said: string[] = [];
    Object.assign(vscode.window, { showInformationMessage: (text: string) => void said.push(text) });
    try {
      await vscode.commands.executeCommand('kongBackup.backUp');
    } finally {
      Object.assign(vscode.window, { showInformationMessage });
    }
    equal(said.length, 1, 'messages');
  });
});
