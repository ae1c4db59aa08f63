import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import {
  admin,
  answering,
  eventually,
  inWorkspace,
  startGateway,
  startOver,
  writeEnvironments,
} from './support/editor.js';

type Pick = vscode.QuickPickItem & { picked?: boolean };

/** Stands in for a person at quick picks: each choice is made from the items that are shown. */
async function picking(choose: (items: Pick[]) => unknown, job: () => PromiseLike<unknown>): Promise<Pick[][]> {
  const shown: Pick[][] = [];
  const { showQuickPick } = vscode.window;
  Object.assign(vscode.window, {
    showQuickPick: async (items: readonly Pick[] | PromiseLike<readonly Pick[]>) => {
      const all = [...(await items)];
      shown.push(all);
      return choose(all);
    },
  });
  try {
    await job();
  } finally {
    Object.assign(vscode.window, { showQuickPick });
  }
  return shown;
}

suite('parts of a backup', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;
  const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(`kongBackup.${command}`, ...args);
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map(({ label }) => label);
  const textOf = (start: string): string =>
    vscode.workspace.textDocuments.find(({ uri }) => uri.path.startsWith(`/${start}`))?.getText() ?? '';

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    writeFileSync(inWorkspace('kong.conf'), 'log_level = notice\n');
    writeEnvironments({ name: 'shop', adminUrl: gateway.url });
  });
  teardown(() => gateway.close());

  test('are chosen from the plan, remembered in the environments file, and taken', async () => {
    const file = inWorkspace('kong-environments.yaml');
    const files = [{ name: 'conf', paths: [inWorkspace('kong.conf')] }];
    const entry = { id: 'shop', name: 'shop', mode: 'traditional', adminUrl: gateway.url, files };
    writeFileSync(file, JSON.stringify({ environments: [entry] }));
    const [shown] = await picking(
      (items) => items.filter(({ label }) => label === 'files'),
      () => run('chooseParts', 'shop'),
    );
    assert.ok(shown?.some(({ label, picked }) => label === 'entities' && picked));
    assert.match(readFileSync(file, 'utf8'), /parts/);
    const core = await parts.app.get();
    const taken = await core.snapshot('shop/latest');
    assert.deepEqual(
      taken.parts.map(({ kind }) => kind),
      ['files'],
    );
  });

  test('nothing is changed when nothing is picked', async () => {
    const before = readFileSync(inWorkspace('kong-environments.yaml'), 'utf8');
    await picking(
      () => undefined,
      () => run('chooseParts', 'shop'),
    );
    assert.equal(readFileSync(inWorkspace('kong-environments.yaml'), 'utf8'), before);
    assert.deepEqual(await (await parts.app.get()).snapshots(), []);
  });

  test('the coverage opens as a page, once for each thing it is of', async function () {
    this.timeout(90_000);
    await run('showCoverage', 'shop');
    await eventually('the page', () => tabs().includes('Coverage of the next backup of shop'));
    await run('backUp', 'shop');
    const { id } = await (await parts.app.get()).snapshot('shop/latest');
    await run('showCoverage', { snapshotId: id });
    await run('showCoverage', { snapshotId: id });
    await eventually('its page', () => tabs().includes(`Coverage of ${id}`));
    assert.equal(tabs().filter((label) => label === `Coverage of ${id}`).length, 1);
  });

  test('a file of decK becomes a snapshot', async () => {
    const file = inWorkspace('state.yaml');
    writeFileSync(file, '_format_version: "3.0"\nservices:\n- name: one\n  host: example.com\n');
    await run('importSnapshot', vscode.Uri.file(file), 'shop');
    const { imported, parts: held } = await (await parts.app.get()).snapshot('shop/latest');
    assert.equal(imported?.kind, 'deck');
    assert.deepEqual(
      held.map(({ counts }) => counts),
      [{ services: 1 }],
    );
  });

  test('a backup before an upgrade shows its plan first, and reports', async () => {
    const { showInformationMessage } = vscode.window;
    let asked = '';
    const answerWith = async (choose: (yes: string) => string | undefined): Promise<void> => {
      Object.assign(vscode.window, {
        showInformationMessage: (message: string, { detail = '' }: vscode.MessageOptions, yes: string) => {
          asked = `${message} ${detail}`;
          return Promise.resolve(choose(yes));
        },
      });
      try {
        await run('backUpBeforeUpgrade', 'shop', '3.12');
      } finally {
        Object.assign(vscode.window, { showInformationMessage });
      }
    };
    await answerWith(() => undefined);
    assert.deepEqual(await (await parts.app.get()).snapshots(), []);
    await answerWith((yes) => yes);
    assert.match(asked, /shop.*From Kong 3\.\d+.*to 3\.12/s);
    assert.match(textOf('shop before Kong 3.12'), /kong migrations up/);
    const { pinned, label } = await (await parts.app.get()).snapshot('shop/latest');
    assert.deepEqual([pinned, label], [true, 'before upgrade to 3.12']);
  });

  test('a file is brought back step by step, each asked about', async () => {
    const conf = inWorkspace('kong.conf');
    const files = [{ name: 'conf', paths: [conf] }];
    const entry = { id: 'shop', name: 'shop', mode: 'traditional', adminUrl: gateway.url, files };
    writeFileSync(inWorkspace('kong-environments.yaml'), JSON.stringify({ environments: [entry] }));
    await run('backUp', 'shop');
    const { id } = await (await parts.app.get()).snapshot('shop/latest');
    writeFileSync(conf, 'log_level = debug\n');
    await answering({ button: () => undefined }, () => run('restorePart', id, 'shop', 'files'));
    assert.equal(readFileSync(conf, 'utf8'), 'log_level = debug\n');
    const asked = await answering({ button: ([first]) => first }, () => run('restorePart', id, 'shop', 'files'));
    assert.equal(asked.length, 2);
    assert.equal(readFileSync(conf, 'utf8'), 'log_level = notice\n');
    assert.match(textOf('Report'), /Read back and compared: equal/);
  });

  test('lost keys of a keyring are warned of until somebody has seen to them, and before they are brought back', async () => {
    const enterprise = await startGateway({ enterprise: { keyring: {} } });
    try {
      const file = inWorkspace('kong-environments.yaml');
      writeFileSync(inWorkspace('passphrase'), 'a passphrase of the test');
      const stores = [{ name: 'safe', folder: 'safe', encryption: { passphrase: '${file:passphrase}' } }];
      const entry = { id: 'shop', name: 'shop', mode: 'traditional', adminUrl: enterprise.url, store: 'safe' };
      writeFileSync(file, JSON.stringify({ stores, environments: [{ ...entry, parts: ['keyring'] }] }));
      const no = await answering({ button: () => undefined }, () => run('backUp', 'shop'));
      assert.match(no[0]?.detail ?? '', /no other way to recover them/);
      assert.doesNotMatch(readFileSync(file, 'utf8'), /acknowledged/);
      await answering({ button: ([first]) => first }, () => run('backUp', 'shop'));
      assert.match(readFileSync(file, 'utf8'), /acknowledged/);
      assert.deepEqual(await answering({ button: ([first]) => first }, () => run('backUp', 'shop')), []);
      const { id } = await (await parts.app.get()).snapshot('shop/latest');
      const asked = await answering({ button: ([first]) => first }, () => run('restorePart', id, 'shop', 'keyring'));
      assert.match(asked[0]?.message ?? '', /kept safe/);
      assert.match(textOf('Report'), /Read back and compared: equal/);
    } finally {
      await enterprise.close();
      rmSync(inWorkspace('safe'), { recursive: true, force: true });
    }
  });

  test('a guided restore says its steps, and falls back to the declarative part by itself where there is no dump', async () => {
    await run('backUp', 'shop');
    const { id } = await (await parts.app.get()).snapshot('shop/latest');
    await admin(gateway, 'DELETE', '/services/orders');
    const asked = await answering({ button: ([first]) => first }, () => run('guidedRestore', id, 'shop'));
    assert.match(asked[0]?.detail ?? '', /no dump of the database/);
    assert.equal((await admin(gateway, 'GET', '/services/orders')).status, 200);
    assert.match(textOf('Guided restore of shop'), /declarative/);
  });
});
