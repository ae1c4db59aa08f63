import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { isKongBackupError } from '../../core/errors.js';
import { keyFileKept } from '../input/keyFileKept.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'snapshots' | 'statusBar'>;

/** Makes the key of a store, or tries the one that it has. */
export const setUpEncryption = ({ app, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.setUpEncryption',
  async run(call, arg) {
    const core = await app.get();
    const store = typeof arg === 'string' ? arg : await chooseStore(core);
    if (store === undefined) return;
    if (await isEncrypted(core, store)) return tryKey(core, store, call);
    const isNew = !(await core.storeNames()).includes(store);
    const name = isNew ? store : undefined;
    const key = await keyFileKept({
      title: vscode.l10n.t('Where to keep the key of {0}', store),
      name: store,
      make: (file) => core.newKey(store, file, name),
      question: vscode.l10n.t('Without this key nobody opens the snapshots of {0}: not you, not we.', store),
    });
    if (!key) return;
    await core.encryptStore(store, key.file, name);
    statusBar.say(vscode.l10n.t('{0} encrypts to the key {1} from now on', store, key.fingerprint));
    snapshots.refresh();
  },
});

/** One that is named already, or the name of a new one: a folder of that name beside the environments file. */
async function chooseStore(core: App): Promise<string | undefined> {
  const title = vscode.l10n.t('Encrypt the snapshots of which store?');
  const [, ...names] = await core.storeNames();
  const items = await Promise.all(
    names.map(async (label) => ({
      label,
      isNew: false,
      description: (await isEncrypted(core, label)) ? vscode.l10n.t('encrypted: try its key') : '',
    })),
  );
  const fresh = { label: vscode.l10n.t('A new store…'), isNew: true, description: '' };
  const picked = await vscode.window.showQuickPick([...items, fresh], { title });
  if (!picked?.isNew) return picked?.label;
  const prompt = vscode.l10n.t('Name of the store, and of its folder beside the environments file');
  const name = await vscode.window.showInputBox({ title, prompt, value: 'encrypted', ignoreFocusOut: true });
  return name?.trim() || undefined;
}

async function tryKey(core: App, store: string, call: Call): Promise<void> {
  const title = vscode.l10n.t('Try the key of {0}', store);
  const { snapshot } = await call.withProgress(title, ({ signal }) => core.drillKey(store, undefined, signal));
  void vscode.window.showInformationMessage(
    snapshot === undefined
      ? vscode.l10n.t('{0} has no encrypted snapshot yet: back up, then try again.', store)
      : vscode.l10n.t('The key opens {0}, every file of it.', snapshot),
  );
}

async function isEncrypted(core: App, store: string): Promise<boolean> {
  try {
    await core.keysOf(store);
    return true;
  } catch (error) {
    // A key that is missing is one that the store has.
    return !isKongBackupError(error, 'environment-invalid');
  }
}
