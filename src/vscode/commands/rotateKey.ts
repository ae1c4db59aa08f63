import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { isKongBackupError } from '../../core/errors.js';
import { defaultKeyFile } from '../../core/keyFile.js';
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
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Where to keep the new key of {0}', store),
      defaultUri: vscode.Uri.file(defaultKeyFile(`${store}-${today}`, process.env, process.platform)),
    });
    if (!uri) return;
    const key = await core.rotateKey(store, uri.fsPath);
    const kept = vscode.l10n.t('A Copy Is Kept Elsewhere');
    const question = vscode.l10n.t('Have new snapshots of {0} encrypted to another key?', store);
    const detail = [
      uri.fsPath,
      key.recipient,
      vscode.l10n.t('Fingerprint: {0}', key.fingerprint),
      vscode.l10n.t('The file holds the keys so far too: snapshots that there are stay sealed to those.'),
      vscode.l10n.t('Copy the file to a place that is neither this machine nor the store, then go on.'),
    ].join('\n');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, kept)) !== kept) return;
    await core.useNewKey(store, uri.fsPath);
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
