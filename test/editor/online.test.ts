import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import { eventually, inWorkspace, startGateway, startOver, writeEnvironments } from './support/editor.js';

const text = `_format_version: "3.0"
services:
  - name: orders
    host: orders.test
plugins:
  - name: our-plugin
    config:
      level: 9
`;
const ours = (most: number) => ({
  fields: {
    config: {
      type: 'record' as const,
      fields: { level: { type: 'integer' as const, between: [1, most] as [number, number] } },
    },
  },
});

suite('a gateway that is asked', () => {
  const started: PracticeGateway[] = [];
  setup(startOver);
  teardown(async () => {
    await Promise.all(started.splice(0).map((gateway) => gateway.close()));
  });

  const start = async (most: number): Promise<PracticeGateway> => {
    const gateway = await startGateway({ plugins: { 'our-plugin': ours(most) } });
    started.push(gateway);
    writeEnvironments({ name: 'staging', adminUrl: gateway.url });
    return gateway;
  };
  const open = async (name: string): Promise<vscode.TextDocument> => {
    writeFileSync(inWorkspace(name), text);
    const document = await vscode.workspace.openTextDocument(inWorkspace(name));
    await vscode.window.showTextDocument(document);
    return document;
  };
  const marksOf = ({ uri }: vscode.TextDocument, code: string): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(uri).filter((mark) => mark.code === code);

  test('marks what it refuses at its line, with its name, until the text changes', async () => {
    const gateway = await start(5);
    // Without its schemas only the gateway itself knows better.
    gateway.faults.add({
      methods: ['GET'],
      path: /^\/schemas\/plugins\//,
      effect: { status: 403, body: { message: 'no' } },
    });
    const document = await open('kong_backup_online.yaml');
    await vscode.commands.executeCommand('kongBackup.validateOnline', document.uri, 'staging');
    const [mark, ...others] = marksOf(document, 'gateway-refuses');
    assert.ok(mark);
    assert.equal(others.length, 0);
    assert.equal(mark.range.start.line, 7);
    assert.match(mark.source ?? '', /^Kong 3\.9\.\d+ \(staging\)$/);

    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(7, 13, 7, 14), '3');
    await vscode.workspace.applyEdit(edit);
    assert.equal(marksOf(document, 'gateway-refuses').length, 0);
    await document.save();
  });

  test('lends its own schemas to what is typed; they are asked for anew on demand', async () => {
    const { schemas, inPlay, app } = await startOver();
    const gateway = await start(5);
    const document = await open('kong_backup_own.yaml');
    inPlay.set(await (await app.get()).environment('staging'));
    const mark = await eventually('the mark of its schema', () => marksOf(document, 'out-of-range')[0]);
    assert.equal(mark.range.start.line, 7);
    assert.equal(schemas.state.state, 'live');

    const body = {
      fields: [{ config: { type: 'record', fields: [{ level: { type: 'integer', between: [1, 10] } }] } }],
    };
    gateway.faults.add({ methods: ['GET'], path: /^\/schemas\/plugins\/our-plugin$/, effect: { status: 200, body } });
    await vscode.commands.executeCommand('kongBackup.refreshGatewaySchemas');
    await eventually('no mark', () => marksOf(document, 'out-of-range').length === 0);
  });

  test('that went away leaves what is known of it, and that is said', async () => {
    const { schemas, inPlay, app, statuses } = await startOver();
    const gateway = await start(5);
    const document = await open('kong_backup_gone.yaml');
    inPlay.set(await (await app.get()).environment('staging'));
    await eventually('the mark of its schema', () => marksOf(document, 'out-of-range').length === 1);
    await gateway.close();
    statuses.clear();
    await assert.doesNotReject(Promise.resolve(schemas.refresh().catch(() => undefined)));
    const { state } = schemas;
    assert.equal(state.state, 'unreachable');
    assert.ok(state.at);
    await eventually('the mark of what is kept', () => marksOf(document, 'out-of-range').length === 1);
  });
});
