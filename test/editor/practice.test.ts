import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { find, labelOf, startOver } from './support/editor.js';

suite('practice gateway', () => {
  test('starts, stands among the environments and holds a believable estate', async () => {
    const { environments, practice, statuses, app } = await startOver();
    await vscode.workspace
      .getConfiguration('kongBackup')
      .update('practice.port', 28_001, vscode.ConfigurationTarget.Global);
    try {
      await vscode.commands.executeCommand('kongBackup.startPracticeGateway');
      const environment = await (await app.get()).environment('practice');
      assert.equal(environment.scratch, true);
      assert.equal(statuses.get(environment).state, 'reachable');
      const row = find(await environments.getChildren(), 'practice');
      const [workspace] = await environments.getChildren(row);
      const counts = await environments.getChildren(workspace);
      assert.ok(counts.map(labelOf).includes('services'));
    } finally {
      await vscode.commands.executeCommand('kongBackup.stopPracticeGateway');
      await vscode.workspace
        .getConfiguration('kongBackup')
        .update('practice.port', undefined, vscode.ConfigurationTarget.Global);
      await practice.stop();
    }
  });
});
