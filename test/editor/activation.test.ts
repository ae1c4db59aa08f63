import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commandIds } from '../../src/vscode/commands/commandIds.js';
import { extension, startGateway, startOver, workbench, writeEnvironments } from './support/editor.js';

suite('activation', () => {
  test('gives its parts', async () => {
    const { app, environments, snapshots } = await workbench();
    assert.ok(extension().isActive);
    assert.ok(app && environments && snapshots);
  });

  test('registers every command', async () => {
    await workbench();
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      commandIds.filter((id) => !registered.has(id)),
      [],
    );
  });

  test('shows environments without asking a gateway', async () => {
    const gateway = await startGateway();
    try {
      const { environments } = await startOver();
      writeEnvironments({ name: 'quiet', adminUrl: gateway.url });
      await vscode.commands.executeCommand('kongBackup.environments.focus');
      assert.equal((await environments.getChildren()).length, 1);
      assert.equal(gateway.requests.total, 0);
    } finally {
      await gateway.close();
    }
  });

  test('says what a workspace that is not trusted can do', () => {
    const { capabilities } = extension().packageJSON as {
      capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
    };
    assert.equal(capabilities.untrustedWorkspaces.supported, 'limited');
    assert.ok(capabilities.untrustedWorkspaces.restrictedConfigurations.includes('kongBackup.deck.path'));
  });
});
