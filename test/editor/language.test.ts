import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, inWorkspace, startOver } from './support/editor.js';

const text = `_format_version: "3.0"
services:
  # second
  - name: orders
    host: backend
    retries: 5
  # first
  - name: invoices
    hots: backend
    \n`;

const folder = ['kong_backup_language.yaml', 'kong_backup_closed.yaml'];

suite('language features', () => {
  let document: vscode.TextDocument;
  let editor: vscode.TextEditor;

  setup(async () => {
    await startOver();
    writeFileSync(inWorkspace('kong_backup_language.yaml'), text);
    document = await vscode.workspace.openTextDocument(inWorkspace('kong_backup_language.yaml'));
    editor = await vscode.window.showTextDocument(document);
    await eventually('marks', () => vscode.languages.getDiagnostics(document.uri).length > 0);
  });

  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    for (const name of folder) rmSync(inWorkspace(name), { force: true });
  });

  const completed = (line: number, character: number): Thenable<vscode.CompletionList> =>
    vscode.commands.executeCommand(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(line, character),
    );

  test('completion gives keys that are missing, as snippets', async () => {
    const { items } = await completed(9, 4);
    const plugins = items.find(({ label }) => label === 'plugins');
    assert.ok(
      items.some(({ label }) => label === 'host'),
      'host is proposed',
    );
    assert.ok(plugins?.insertText instanceof vscode.SnippetString);
  });

  test('hover tells of a field and leads to Kong’s documentation', async () => {
    const [hover] = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(5, 6),
    );
    const said = hover?.contents.map((part) => (typeof part === 'string' ? part : part.value)).join('\n') ?? '';
    assert.match(said, /`retries`[^]*default `5`/);
    assert.match(said, /\]\(https:\/\//);
  });

  test('a quick fix mends what is marked', async () => {
    const at = new vscode.Range(8, 5, 8, 5);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      at,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title === 'Change to `host`');
    assert.ok(fix?.edit, actions.map(({ title }) => title).join(', '));
    await vscode.workspace.applyEdit(fix.edit);
    assert.match(document.getText(), /^ {4}host: backend$/m);
    await eventually('no marks', () => vscode.languages.getDiagnostics(document.uri).length === 0);
  });

  test('formatting keeps every comment and value', async () => {
    const place = document.positionAt(document.getText().indexOf('host: backend') + 'host:'.length);
    await editor.edit((edit) => edit.insert(place, '   '));
    await vscode.commands.executeCommand('editor.action.formatDocument');
    const formatted = document.getText();
    assert.equal(formatted.match(/# (?:first|second)/g)?.length, 2);
    assert.match(formatted, /^ {2}- name: orders\n {4}host: backend$/m);
  });

  test('entities are sorted by a command', async () => {
    await vscode.commands.executeCommand('kongBackup.sortEntities');
    const sorted = await eventually('sorted entities', () => {
      const now = document.getText();
      return now.indexOf('invoices') < now.indexOf('orders') && now;
    });
    assert.ok(sorted.indexOf('# first') < sorted.indexOf('invoices'));
    assert.ok(sorted.indexOf('# second') > sorted.indexOf('invoices'));
  });

  test('a new line below a key is indented as it is typed', async () => {
    const end = new vscode.Position(5, 14);
    editor.selection = new vscode.Selection(end, end);
    await vscode.commands.executeCommand('type', { text: '\n' });
    await vscode.commands.executeCommand('type', { text: 'routes:\n' });
    await eventually('the indentation', () => document.lineAt(7).text === '      ');
  });

  test('all Kong files of the workspace are validated, each once', async () => {
    const closed = vscode.Uri.file(inWorkspace('kong_backup_closed.yaml'));
    writeFileSync(closed.fsPath, text);
    await vscode.commands.executeCommand('kongBackup.validateWorkspace');
    const marks = vscode.languages.getDiagnostics(closed);
    assert.ok(marks.some(({ message }) => message.includes('hots')));
    const ofOpen = vscode.languages.getDiagnostics(document.uri).filter(({ message }) => message.includes('hots'));
    assert.equal(ofOpen.length, 1);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(closed));
    await eventually('the marks of the server alone', () => {
      const now = vscode.languages.getDiagnostics(closed);
      return now.length > 0 && now.every(({ source }) => source === 'kong');
    });
  });
});
