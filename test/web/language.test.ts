import * as vscode from 'vscode';
import { equal, eventually, marks, ok, openFile, workbench } from './support.js';

const sample = `_format_version: "3.0"
services:
  - name: orders
    host: orders.test
    routes:
      - name: orders-route
        paths:
          - /orders
plugins:
  - name: key-auth
    service: orders
`;

const ask = <T>(command: string, ...args: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(command, ...args);
const at = (document: vscode.TextDocument, text: string, within = 1): vscode.Position =>
  document.positionAt(document.getText().indexOf(text) + within);

suite('language features in a browser', () => {
  test('there is no Node', () => {
    equal(typeof process, 'undefined', 'process');
    equal(vscode.env.uiKind, vscode.UIKind.Web, 'the kind of window');
  });

  test('an error is marked as the file opens, and goes when it is fixed', async () => {
    const document = await openFile('marks.kong.yaml', sample.replace('host:', 'hots:'));
    equal(document.languageId, 'kong-declarative', 'language');
    const found = await eventually('marks', () => {
      const all = vscode.languages.getDiagnostics(document.uri);
      return all.length > 0 && all;
    });
    ok(
      found.some(({ message, range }) => message.includes('hots') && range.start.line === 3),
      'the mark is at its place',
    );
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(3, 4, 3, 8), 'host');
    await vscode.workspace.applyEdit(edit);
    await marks(document.uri, 0);
  });

  test('every feature answers', async () => {
    const document = await openFile('features.kong.yaml', sample);
    const { uri } = document;
    const { language } = await workbench();
    await language.running();
    const reference = at(document, 'service: orders', 'service: o'.length);
    const hover = await eventually('a hover', async () => {
      const found = await ask<vscode.Hover[]>('vscode.executeHoverProvider', uri, at(document, 'host:'));
      return found.length > 0 && found;
    });
    ok(hover.length > 0, 'hover');
    const definition = await ask<unknown[]>('vscode.executeDefinitionProvider', uri, reference);
    equal(definition.length, 1, 'definitions');
    const references = await ask<unknown[]>('vscode.executeReferenceProvider', uri, reference);
    ok(references.length >= 2, 'references');
    const symbols = await ask<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', uri);
    ok(symbols.length > 0, 'symbols');
    const folding = await ask<unknown[]>('vscode.executeFoldingRangeProvider', uri);
    ok(folding.length > 0, 'folding');
    const tokens = await ask<vscode.SemanticTokens | undefined>('vscode.provideDocumentSemanticTokens', uri);
    ok((tokens?.data.length ?? 0) > 0, 'semantic tokens');
    const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 5);
    ok(lenses.length > 0, 'lenses');
    const commands = new Set(lenses.map(({ command }) => command?.command));
    equal([...commands], ['editor.action.showReferences'], 'what lenses do where there is no gateway');
    const items = await ask<vscode.CompletionList>('vscode.executeCompletionItemProvider', uri, reference);
    ok(
      items.items.some(({ label }) => (typeof label === 'string' ? label : label.label) === 'orders'),
      'completion of a reference',
    );
    const formatted = await openFile('format.kong.yaml', sample.replace('host: orders', 'host:   orders'));
    const edits = await ask<vscode.TextEdit[]>('vscode.executeFormatDocumentProvider', formatted.uri, { tabSize: 2 });
    equal(
      edits.map(({ range }) => range.start.line),
      [3],
      'formatting',
    );
    const edit = await ask<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', uri, reference, 'sales');
    ok(edit.get(uri).length >= 2, 'rename');
  });

  test('a reference leads into another file of the folder', async () => {
    await openFile('features.kong.yaml', sample);
    const document = await openFile(
      'more.kong.yaml',
      '_format_version: "3.0"\nplugins:\n  - name: acl\n    service: orders\n    config:\n      allow: [a]\n',
    );
    const place = at(document, 'service: orders', 'service: o'.length);
    const found = await eventually('a definition', async () => {
      const all = await ask<vscode.Location[]>('vscode.executeDefinitionProvider', document.uri, place);
      return all.length > 0 && all;
    });
    ok(
      found.some(({ uri }) => uri.path.endsWith('.kong.yaml') && uri.path !== document.uri.path),
      'it is in another file',
    );
  });

  test('a file is held to the version that its comment names', async () => {
    const { uri } = await openFile('version.kong.yaml', `# kong-backup: gateway-version=2.8\n${sample}`);
    const { language } = await workbench();
    const info = await eventually('the answer', () => language.fileInfo(uri));
    equal([info.gatewayVersion, info.versionSource], ['2.8', 'file'], 'version');
    ok(info.versions.length >= 4, 'facts of several versions');
  });

  test('kong.conf and the environments file are judged too', async () => {
    const conf = await openFile('kong.conf', 'log_level = loud\n');
    const environments = await openFile(
      'kong-environments.yaml',
      'environments:\n  - name: dev\n    adminUrl: http://localhost:8001\n    engine: dek\n',
    );
    equal(conf.languageId, 'kong-conf', 'language');
    await marks(conf.uri, 1);
    await marks(environments.uri, 1);
  });

  test('a YAML file that is not Kong’s is left alone', async () => {
    const other = await openFile('values.yaml', 'services:\n  - hots: x\n');
    const ours = await openFile('ours.yaml', `# ours\n---\n${sample.replace('host:', 'hots:')}`);
    await eventually('the language', () => ours.languageId === 'kong-declarative');
    await eventually('a mark', () => vscode.languages.getDiagnostics(ours.uri).length > 0);
    equal([other.languageId, vscode.languages.getDiagnostics(other.uri).length], ['yaml', 0], 'the other file');
  });
});
