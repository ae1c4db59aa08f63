import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { answering, find, labelOf, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('tokens', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  const locked = () => ({ id: 'locked', adminUrl: gateway.url });

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway({ token: 'right-token' });
    writeEnvironments({ name: 'locked', adminUrl: gateway.url });
  });

  teardown(async () => {
    await parts.tokens.delete(locked());
    await gateway.close();
  });

  test('the stored token opens the gateway', async () => {
    await parts.tokens.set(locked(), 'right-token');
    const row = find(await parts.environments.getChildren(), 'locked');
    assert.deepEqual((await parts.environments.getChildren(row)).map(labelOf), ['default']);
  });

  test('a refused token stays stored', async () => {
    await parts.tokens.set(locked(), 'wrong-token');
    const row = find(await parts.environments.getChildren(), 'locked');
    const [error] = await parts.environments.getChildren(row);
    assert.equal(error?.item().contextValue, 'error');
    assert.equal(await parts.tokens.get(locked()), 'wrong-token');
    const asked = await answering({}, () => vscode.commands.executeCommand('kongBackup.backUp', 'locked'));
    assert.ok(asked[0]?.buttons.includes('Enter Token'));
    assert.ok(!asked[0]?.message.includes('wrong-token'));
    assert.equal(await parts.tokens.get(locked()), 'wrong-token');
  });

  test('a token is not sent to another address that the file names now', async () => {
    await parts.tokens.set(locked(), 'right-token');
    const other = await startGateway({ token: 'right-token' });
    try {
      writeEnvironments({ name: 'locked', adminUrl: other.url });
      const row = find(await parts.environments.getChildren(), 'locked');
      const [error] = await parts.environments.getChildren(row);
      assert.equal(error?.item().contextValue, 'error');
    } finally {
      await other.close();
    }
    assert.equal(await parts.tokens.get(locked()), 'right-token');
  });

  test('the log hides tokens', async () => {
    await parts.tokens.set(locked(), 'right-token');
    assert.ok(!parts.log.safe('sent right-token to the gateway').includes('right-token'));
  });

  test('the token goes with its environment', async () => {
    await parts.tokens.set(locked(), 'right-token');
    await answering({ button: ([first]) => first }, () =>
      vscode.commands.executeCommand('kongBackup.removeEnvironment', 'locked'),
    );
    assert.equal(await parts.tokens.get(locked()), undefined);
    assert.deepEqual(await parts.environments.getChildren(), []);
  });
});
