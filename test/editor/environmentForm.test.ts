import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import type { Move } from './support/answers.js';
import { goBack, moving } from './support/answers.js';
import { inWorkspace, startGateway, startOver, writeEnvironments } from './support/editor.js';

suite('add and edit environment', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;
  const shop = () => ({ id: 'shop', adminUrl: gateway.url });
  const add = (): Thenable<unknown> => vscode.commands.executeCommand('kongBackup.addEnvironment');
  const fileText = (): string => readFileSync(inWorkspace('kong-environments.yaml'), 'utf8');

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway({ token: 'right-token', workspaces: ['default', 'payments'] });
  });

  teardown(() => gateway.close());

  test('asks for a token only when the gateway does, and keeps it out of the file', async () => {
    const moves: Move[] = [
      'shop',
      `${gateway.url}/`,
      'wrong-token',
      'right-token',
      ['payments'],
      ['Protected'],
      'Europe',
      ['Red'],
    ];
    const met = await moving(moves, add);
    const environment = await (await parts.app.get()).environment('shop');
    const { id: _id, ...written } = environment;
    assert.deepEqual(written, {
      name: 'shop',
      adminUrl: gateway.url,
      mode: 'traditional',
      workspaces: ['payments'],
      protected: true,
      group: 'Europe',
      color: 'red',
    });
    assert.equal(await parts.tokens.get(environment), 'right-token');
    assert.doesNotMatch(fileText(), /-token/);
    const tokens = met.filter(({ password }) => password);
    assert.equal(tokens.length, 2);
    assert.match(tokens[1]?.problem ?? '', /token/);
    assert.doesNotMatch(tokens[1]?.problem ?? '', /wrong-token/);
    assert.equal(parts.statuses.get(environment).state, 'reachable');
    await parts.tokens.delete(environment);
  });

  test('goes back to a question and takes the new answer', async () => {
    const moves: Move[] = [
      'shap',
      goBack,
      'shop',
      gateway.url,
      'right-token',
      ['default', 'payments'],
      [],
      '',
      ['No colour'],
    ];
    await moving(moves, add);
    const { id, ...written } = await (await parts.app.get()).environment('shop');
    assert.deepEqual(written, { name: 'shop', adminUrl: gateway.url, mode: 'traditional' });
    await parts.tokens.delete({ id });
  });

  test('a gateway that is down can be added all the same', async () => {
    await moving(['down', 'http://127.0.0.1:9', ['dbless'], [], '', ['No colour']], add);
    assert.equal((await (await parts.app.get()).environment('down')).mode, 'dbless');
  });

  test('a name that is taken and an address that is none are refused where they are typed', async () => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    const met = await moving(['shop', 'a/b', 'other', 'nonsense', 'http://user:pass@127.0.0.1:9'], add);
    const problems = met.map(({ problem }) => problem).filter((problem) => problem !== '');
    assert.equal(problems.length, 4);
    assert.match(problems[0] ?? '', /of that name already/);
    assert.match(problems[3] ?? '', /No password/);
    assert.deepEqual(
      (await (await parts.app.get()).environments()).environments.map(({ name }) => name),
      ['shop'],
    );
  });

  test('leaving an edit half-way changes nothing, and a refused token does not touch the stored one', async () => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    await parts.tokens.set(shop(), 'right-token');
    const before = fileText();
    const other = await startGateway({ token: 'another-token' });
    try {
      await moving(['renamed', other.url, 'wrong-token'], () =>
        vscode.commands.executeCommand('kongBackup.editEnvironment', 'shop'),
      );
    } finally {
      await other.close();
    }
    assert.equal(fileText(), before);
    assert.equal(await parts.tokens.get(shop()), 'right-token');
    await parts.tokens.delete(shop());
  });

  test('a token that the gateway refuses is not kept', async () => {
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
    const enter = (...moves: string[]) =>
      moving(moves, () => vscode.commands.executeCommand('kongBackup.enterToken', 'shop'));
    await enter('wrong-token');
    assert.equal(await parts.tokens.get(shop()), undefined);
    await enter('wrong-token', 'right-token');
    assert.equal(await parts.tokens.get(shop()), 'right-token');
    await parts.tokens.delete(shop());
  });
});
