import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { eventually, inWorkspace, startOver } from './support/editor.js';

const services = `_format_version: "3.0"
services:
  - name: orders
    host: backend
    path: "{vault://my-env/path}"
    routes:
      - name: list
        paths: [/a]
vaults:
  - name: env
    prefix: my-env
`;
const routes = `_format_version: "3.0"
routes:
  - name: flat
    service:
      name: orders
`;

suite('navigation', () => {
  let document: vscode.TextDocument;
  let beside: vscode.Uri;

  setup(async () => {
    await startOver();
    rmSync(inWorkspace('estate'), { recursive: true, force: true });
    mkdirSync(inWorkspace('estate'));
    writeFileSync(inWorkspace('estate', 'deck-services.yaml'), services);
    writeFileSync(inWorkspace('estate', 'deck-routes.yaml'), routes);
    beside = vscode.Uri.file(inWorkspace('estate', 'deck-routes.yaml'));
    document = await vscode.workspace.openTextDocument(inWorkspace('estate', 'deck-services.yaml'));
    await vscode.window.showTextDocument(document);
    await eventually('the server', async () => (await ask<unknown[]>('DocumentSymbol'))?.length);
  });

  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(inWorkspace('estate'), { recursive: true, force: true });
  });

  const ask = <T>(what: string, ...args: unknown[]): Thenable<T> =>
    vscode.commands.executeCommand<T>(`vscode.execute${what}Provider`, document.uri, ...args);
  const nameOfService = new vscode.Position(2, 12);
  const whole = new vscode.Range(0, 0, 11, 0);
  const linesOf = (locations: readonly vscode.Location[]): string[] =>
    locations.map(({ uri, range }) => `${uri.path.split('/').at(-1)} ${range.start.line}`).sort();

  test('references and definition lead across files of the folder', async () => {
    const found = await ask<vscode.Location[]>('Reference', nameOfService);
    assert.deepEqual(linesOf(found), ['deck-routes.yaml 4', 'deck-services.yaml 2']);
    await vscode.workspace.openTextDocument(beside);
    const [definition] = await eventually('the definition', async () => {
      const command = 'vscode.executeDefinitionProvider';
      const all = await vscode.commands.executeCommand<vscode.Location[]>(command, beside, new vscode.Position(4, 14));
      return all.length > 0 && all;
    });
    assert.ok(definition);
    assert.deepEqual(linesOf([definition]), ['deck-services.yaml 2']);
  });

  test('a rename changes every file, and one that is refused says why', async () => {
    const rename = (at: vscode.Position, name: string): Thenable<vscode.WorkspaceEdit> =>
      vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, at, name);
    const edit = await rename(nameOfService, 'sales');
    assert.equal(edit.entries().length, 2);
    await vscode.workspace.applyEdit(edit);
    assert.match(document.getText(), /name: sales/);
    assert.match((await vscode.workspace.openTextDocument(beside)).getText(), /name: sales/);
    await assert.rejects(async () => rename(nameOfService, 'a b'), /does not take/);
    await vscode.workspace.saveAll();
  });

  test('highlights, symbols of the file and of the workspace', async () => {
    const highlights = await vscode.commands.executeCommand<vscode.DocumentHighlight[]>(
      'vscode.executeDocumentHighlights',
      document.uri,
      nameOfService,
    );
    assert.equal(highlights.length, 1);
    const symbols = await ask<vscode.DocumentSymbol[]>('DocumentSymbol');
    assert.deepEqual(
      symbols.map(({ name, children }) => `${name} ${children.map((child) => child.name).join()}`),
      ['services orders', 'vaults env'],
    );
    const command = 'vscode.executeWorkspaceSymbolProvider';
    const found = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(command, 'flat');
    assert.ok(found.some(({ name, location }) => name === 'flat' && location.uri.path.endsWith('deck-routes.yaml')));
  });

  test('folding, selection, links and tokens', async () => {
    const folds = await ask<vscode.FoldingRange[]>('FoldingRange');
    assert.ok(folds.some(({ start, end }) => start === 1 && end === 7));
    const [selection] = await ask<vscode.SelectionRange[]>('SelectionRange', [nameOfService]);
    assert.ok(selection?.parent);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      document.uri,
    );
    assert.deepEqual(
      links.map(({ target }) => target?.fragment),
      ['L11,13'],
    );
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      document.uri,
    );
    assert.equal(tokens.data.length / 5, 4);
  });

  test('lenses count, and lead to commands of the editor; hints come by a setting', async () => {
    const lenses = await ask<vscode.CodeLens[]>('CodeLens', 10);
    const commands = lenses.map(({ command }) => command);
    assert.deepEqual(
      commands.slice(0, 4).map((command) => command?.command),
      [
        'editor.action.showReferences',
        'kongBackup.compareWithEnvironment',
        'kongBackup.entityHistory',
        'kongBackup.restore',
      ],
    );
    assert.equal(commands[0]?.title, '1 route');

    assert.deepEqual(await ask('InlayHint', whole), []);
    const settings = vscode.workspace.getConfiguration('kongBackup');
    await settings.update('inlayHints', true, vscode.ConfigurationTarget.Workspace);
    const hints = await eventually('hints', async () => {
      const found = await ask<vscode.InlayHint[]>('InlayHint', whole);
      return found.length > 0 && found;
    });
    await settings.update('inlayHints', undefined, vscode.ConfigurationTarget.Workspace);
    assert.equal(hints[0]?.position.line, 2);
  });
});
