import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, inWorkspace, startOver } from './support/editor.js';

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
});
