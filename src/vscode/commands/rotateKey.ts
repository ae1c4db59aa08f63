import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { isKongBackupError } from '../../core/errors.js';
import { keyFileKept } from '../input/keyFileKept.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'snapshots' | 'statusBar'>;

/** Gives a store a new key in the place of the one that it has. What it holds stays sealed to the old one. */
export const rotateKey = ({ app, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.rotateKey',
  async run(_call, arg) {
    const core = await app.get();
    const store = typeof arg === 'string' ? arg : await chooseStore(core);
    if (store === undefined) return;
    const today = new Date().toISOString().slice(0, 10);
    const key = await keyFileKept({
      title: vscode.l10n.t('Where to keep the new key of {0}', store),
      name: `${store}-${today}`,
      make: (file) => core.rotateKey(store, file),
      question: vscode.l10n.t('Have new snapshots of {0} encrypted to another key?', store),
      notes: [vscode.l10n.t('The file holds the keys so far too: snapshots that there are stay sealed to those.')],
    });
    if (!key) return;
    await core.useNewKey(store, key.file);
    statusBar.say(vscode.l10n.t('{0} encrypts to the key {1} from now on', store, key.fingerprint));
    snapshots.refresh();
  },
});

/** One that encrypts to a key in a file. */
async function chooseStore(core: App): Promise<string | undefined> {
  const [, ...names] = await core.storeNames();
  const encrypted = (await Promise.all(names.map((name) => itemOf(core, name)))).flatMap((item) => item ?? []);
  if (encrypted.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('No store encrypts to a key in a file: set up encryption first. A passphrase stays what it is.'),
    );
    return undefined;
  }
  const title = vscode.l10n.t('Replace the key of which store?');
  return (await vscode.window.showQuickPick(encrypted, { title }))?.label;
}

async function itemOf(core: App, label: string): Promise<vscode.QuickPickItem | undefined> {
  try {
    const { identityFile, recipients } = await core.keysOf(label);
    if (identityFile === undefined) return undefined;
    return { label, description: recipients.map(({ fingerprint }) => fingerprint).join(', ') };
  } catch (error) {
    // Whoever chooses one whose key is missing is told so.
    return isKongBackupError(error, 'environment-invalid') ? undefined : { label };
  }
}
