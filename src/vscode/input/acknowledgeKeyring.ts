import * as vscode from 'vscode';
import type { App } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { acknowledgedKeyring, keyringNoticeIn } from '../../core/keyringNotice.js';
import type { SnapshotWarning } from '../../core/snapshot.js';

/** Shows what is lost with the keys of a keyring. True when the person says that they have seen to it. */
export async function askKeyring({ name }: Environment, message: string): Promise<boolean> {
  const yes = vscode.l10n.t('I Have Seen to It');
  const question = vscode.l10n.t('{0}: are the keys of the keyring kept safe?', name);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: message }, yes)) === yes;
}

/** After a backup that warns of lost keys: who has seen to it is not asked again, here or on the command line. */
export async function acknowledgeKeyring(
  core: Pick<App, 'updateEnvironment'>,
  environment: Environment,
  warnings: readonly SnapshotWarning[],
): Promise<void> {
  const message = keyringNoticeIn(warnings);
  if (message === undefined || !(await askKeyring(environment, message))) return;
  await core.updateEnvironment(environment.name, acknowledgedKeyring(environment));
}
