import * as vscode from 'vscode';
import type { App, Transferred } from '../../app.js';
import { isKongBackupError } from '../../core/errors.js';

/** Asks for one of the stores; the only one there is isn't asked for. Undefined when the person gave up. */
export async function pickStore(
  core: Pick<App, 'storeNames'>,
  title: string,
  except?: string,
): Promise<string | undefined> {
  const names = (await core.storeNames()).filter((name) => name !== except);
  if (names.length === 1) return names[0];
  if (names.length > 1) return vscode.window.showQuickPick(names, { title });
  void vscode.window.showWarningMessage(
    vscode.l10n.t('There is no other store: name one under "stores" in the environments file.'),
  );
  return undefined;
}

/** Does it, and asks first where the copy of an encrypted snapshot would be open. Undefined when the person said no. */
export async function unlessDecrypted(
  job: (mayDecrypt: boolean) => Promise<Transferred>,
): Promise<Transferred | undefined> {
  try {
    return await job(false);
  } catch (error) {
    if (!isKongBackupError(error, 'confirmation-missing')) throw error;
    const yes = vscode.l10n.t('Copy Without Encryption');
    const question = vscode.l10n.t('The snapshot is encrypted; that store keeps what it gets as it is.');
    const detail = vscode.l10n.t('Whoever can read the store will read the copy, secrets included.');
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, yes)) !== yes) return undefined;
    return job(true);
  }
}

/** What came of it, in a line. */
export function transferredText({ id, result }: Transferred): string {
  if (result === 'copied') return vscode.l10n.t('{0} is there now', id);
  if (result === 'there') return vscode.l10n.t('{0} was there already', id);
  return vscode.l10n.t(
    '{0} was there already, and is not encrypted. To seal it, move it into another store and from there back.',
    id,
  );
}
