import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, inWorkspace, startOver, workbench } from './support/editor.js';

const good = '_format_version: "3.0"\nservices:\n  - name: orders\n    host: orders.test\n';
const bad = good.replace('host:', 'hots:');

suite('validation', () => {
  setup(startOver);

  const open = async (name: string, text: string): Promise<vscode.TextDocument> => {
    writeFileSync(inWorkspace(name), text);
    const document = await vscode.workspace.openTextDocument(inWorkspace(name));
    await vscode.window.showTextDocument(document);
    return document;
  };

  test('an error is marked at its place as the file opens, and goes when it is fixed', async () => {
    const document = await open('kong_backup.yaml', bad);
    assert.equal(document.languageId, 'kong-declarative');
    const marks = await eventually('a mark', () => {
      const found = vscode.languages.getDiagnostics(document.uri);
      return found.length > 0 && found;
    });
    assert.ok(marks.some(({ range, message }) => range.start.line === 3 && message.includes('hots')));

    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(3, 4, 3, 8), 'host');
    await vscode.workspace.applyEdit(edit);
    await eventually('no marks', () => vscode.languages.getDiagnostics(document.uri).length === 0);
    await document.save();
  });

  test('a YAML file that says it is Kong’s is taken for it, whatever its name; any other is left alone', async () => {
    const other = await open('values.yaml', 'services:\n  - hots: x\n');
    const document = await open('gateway.yaml', `# ours\n---\n${bad}`);
    await eventually('the language', () => document.languageId === 'kong-declarative');
    await eventually('a mark', () => vscode.languages.getDiagnostics(document.uri).length > 0);
    assert.equal(other.languageId, 'yaml');
    assert.deepEqual(vscode.languages.getDiagnostics(other.uri), []);
  });

  test('a file of another tool is given back to YAML, though it has a name of ours', async () => {
    const manifest = await open('deck-ingress.yaml', 'apiVersion: v1\nkind: Service\nservices:\n  - hots: x\n');
    await eventually('the language', () => manifest.languageId === 'yaml');
    await eventually('no marks', () => vscode.languages.getDiagnostics(manifest.uri).length === 0);
  });

  test('of a file that the editor gives no extension it says so, and how it is checked all the same', async () => {
    const { showInformationMessage } = vscode.window;
    const said: string[] = [];
    Object.assign(vscode.window, {
      showInformationMessage: (text: string) => Promise.resolve(void said.push(text)),
    });
    const file = inWorkspace('kong_backup_large.yaml');
    try {
      writeFileSync(file, `${bad}${`# ${'x'.repeat(1021)}\n`.repeat(51 * 1024)}`);
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file));
      await eventually('the notice', () => said.some((text) => text.includes('kong_backup_large.yaml')));
      await vscode.commands.executeCommand('kongBackup.validateFile', vscode.Uri.file(file));
      const marks = vscode.languages.getDiagnostics(vscode.Uri.file(file));
      assert.ok(
        marks.some(({ message }) => message.includes('hots')),
        'its marks',
      );
    } finally {
      Object.assign(vscode.window, { showInformationMessage });
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      rmSync(file, { force: true });
    }
  });

  test('the command marks a file that the language server does not take for its own', async () => {
    const document = await open(
      'plain-name.json',
      JSON.stringify({ _format_version: '3.0', services: [{ hots: 'x' }] }),
    );
    await vscode.commands.executeCommand('kongBackup.validateFile', document.uri);
    const marks = vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Kong Backup');
    assert.ok(marks.length > 0);
    assert.ok(marks.every(({ code }) => code !== undefined));
  });

  test('a file is held to the version that its comment names, else to that of the settings', async () => {
    const document = await open('kong_backup_version.yaml', `# kong-backup: gateway-version=2.8\n${good}`);
    const { language } = await workbench();
    const info = await eventually('the answer', () => language.fileInfo(document.uri));
    assert.deepEqual([info.kind, info.gatewayVersion, info.versionSource], ['deck', '2.8', 'file']);

    const edit = new vscode.WorkspaceEdit();
    edit.delete(document.uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(edit);
    await eventually(
      'another source',
      async () => (await language.fileInfo(document.uri))?.versionSource === 'assumed',
    );
    await document.save();
  });

  test('a check is silenced by a setting and comes back without it', async () => {
    const document = await open('kong_backup_rules.yaml', `${good}routes:\n  - name: r\n    paths: [/a/*]\n`);
    const count = (): number => vscode.languages.getDiagnostics(document.uri).length;
    await eventually('a warning', () => count() === 1);
    const settings = vscode.workspace.getConfiguration('kongBackup');
    await settings.update('validation.severity', { 'regex-path': 'off' }, vscode.ConfigurationTarget.Workspace);
    await eventually('no warning', () => count() === 0);
    await settings.update('validation.severity', undefined, vscode.ConfigurationTarget.Workspace);
    await eventually('a warning again', () => count() === 1);
  });

  test('the report of an upgrade lists what is new', async () => {
    const document = await open(
      'kong_backup_old.yaml',
      `# kong-backup: gateway-version=2.8\n${good.replace('3.0', '1.1')}`,
    );
    await vscode.commands.executeCommand('kongBackup.validateForUpgrade', document.uri, '3.9');
    const report = await eventually('the report', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.scheme === 'kong-report' && shown;
    });
    assert.match(report.getText(), /format-version/);
  });
});
