import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { PracticeGateway } from '../../src/practice/practiceGateway.js';
import type { Workbench } from '../../src/vscode/workbench.js';
import { admin, answering, eventually, find, inWorkspace, startGateway, startOver } from './support/editor.js';

const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(`kongBackup.${command}`, ...args);

/** Stands in for a person at lists and file dialogs: picks rows by what they say, one after the other. */
async function choosing(picks: string[], file: string, job: () => PromiseLike<unknown>): Promise<void> {
  const { showQuickPick, showSaveDialog, showOpenDialog, showInputBox, showInformationMessage } = vscode.window;
  const label = (item: string | vscode.QuickPickItem): string => (typeof item === 'string' ? item : item.label);
  Object.assign(vscode.window, {
    showQuickPick: async (items: readonly (string | vscode.QuickPickItem)[]) => {
      const wanted = picks.shift() ?? '';
      const found = (await items).find((item) => label(item) === wanted);
      assert.ok(found, `${wanted} is among ${items.map(label).join(', ')}`);
      return found;
    },
    showSaveDialog: () => Promise.resolve(vscode.Uri.file(file)),
    showOpenDialog: () => Promise.resolve([vscode.Uri.file(file)]),
    showInputBox: ({ value }: vscode.InputBoxOptions) => Promise.resolve(value),
    showInformationMessage: (message: string) => Promise.resolve(void said.push(message)),
  });
  try {
    await job();
  } finally {
    Object.assign(vscode.window, {
      showQuickPick,
      showSaveDialog,
      showOpenDialog,
      showInputBox,
      showInformationMessage,
    });
  }
}

const said: string[] = [];

suite('backups on schedule, and snapshots elsewhere', () => {
  let gateway: PracticeGateway;
  let parts: Workbench;

  setup(async () => {
    parts = await startOver();
    gateway = await startGateway();
    await admin(gateway, 'POST', '/services', { name: 'orders', host: 'orders.test' });
    for (const name of ['archive', 'a.tar', 'a.key', 'old.key', 'new.key'])
      rmSync(inWorkspace(name), { recursive: true, force: true });
    write({});
  });

  teardown(() => gateway.close());

  const write = (more: object): void =>
    writeFileSync(
      inWorkspace('kong-environments.yaml'),
      JSON.stringify({
        environments: [{ id: 'shop', name: 'shop', adminUrl: gateway.url, mode: 'traditional', ...more }],
        stores: [{ name: 'archive', folder: 'archive' }],
      }),
    );
  const row = async () => find(await parts.environments.getChildren(), 'shop').item();
  const ids = async () => (await (await parts.app.get()).snapshots()).map(({ id }) => id).sort();

  test('an overdue backup shows in the row and as a badge, until there is one', async () => {
    write({ schedule: { cron: '30 2 * * *' } });
    await parts.environments.getChildren();
    await eventually('the badge', () => parts.environments.view.badge?.value === 1);
    assert.match(String((await row()).description), /overdue/);
    await run('backUp', 'shop');
    await parts.due.read();
    await eventually('no badge', () => parts.environments.view.badge === undefined);
    assert.match(String((await row()).tooltip), /Last backup: .*\n.*Next due: /);
  });

  test('a schedule is written down, and what to install is shown', async () => {
    await choosing(['systemd'], '', () => run('scheduleBackups', 'shop'));
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /OnCalendar=\*-\*-\* 02:30:00/);
    assert.match(text, /tokens that the editor keeps/);
    assert.match(readFileSync(inWorkspace('kong-environments.yaml'), 'utf8'), /30 2 \* \* \*/);
  });

  test('a snapshot is copied, exported and imported', async () => {
    await run('backUp', 'shop');
    const [id = ''] = await ids();
    await choosing(['Copy'], '', () => run('copySnapshotTo', id));
    assert.deepEqual(await ids(), [`archive:${id}`, id].sort());
    await choosing([], inWorkspace('a.tar'), () => run('exportSnapshot', id));
    assert.ok(existsSync(inWorkspace('a.tar')));
    await (await parts.app.get()).deleteSnapshot(id, { ...quiet });
    await choosing(['A file…', 'default'], inWorkspace('a.tar'), () => run('importSnapshot'));
    assert.deepEqual(await ids(), [`archive:${id}`, id].sort());
  });

  test('a store encrypts once a copy of its key is kept elsewhere, and the key is tried', async () => {
    const set = () => choosing(['archive'], inWorkspace('a.key'), () => run('setUpEncryption'));
    const [asked] = await answering({}, set);
    assert.match(asked?.message ?? '', /nobody opens the snapshots of archive/);
    assert.doesNotMatch(readFileSync(inWorkspace('kong-environments.yaml'), 'utf8'), /encryption/);
    rmSync(inWorkspace('a.key'));
    await answering({ button: ([first]) => first }, set);
    assert.match(readFileSync(inWorkspace('kong-environments.yaml'), 'utf8'), /encryption/);
    await run('backUp', 'shop');
    const [id = ''] = await ids();
    await choosing(['Move'], '', () => run('copySnapshotTo', id));
    await set();
    assert.match(said.at(-1) ?? '', /The key opens shop\//);
  });

  test('the key of a store is replaced once a copy of the new one is kept elsewhere', async () => {
    const recipients = () => /age1\w+/.exec(readFileSync(inWorkspace('kong-environments.yaml'), 'utf8'))?.[0];
    const agreeing = { button: ([first]: readonly string[]) => first };
    await answering(agreeing, () => choosing(['archive'], inWorkspace('old.key'), () => run('setUpEncryption')));
    const before = recipients();
    assert.ok(before);
    const replace = () => choosing(['archive'], inWorkspace('new.key'), () => run('rotateKey'));
    const [asked] = await answering({}, replace);
    assert.match(asked?.message ?? '', /encrypted to another key/);
    assert.equal(recipients(), before);
    rmSync(inWorkspace('new.key'));
    await answering(agreeing, replace);
    assert.notEqual(recipients(), before);
  });
});

const quiet = {
  signal: new AbortController().signal,
  log: { debug() {}, info() {}, warn() {}, error() {} },
  report() {},
};
