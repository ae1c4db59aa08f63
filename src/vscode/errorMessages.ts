import * as vscode from 'vscode';
import type { ErrorCode } from '../core/errors.js';
import { isKongBackupError } from '../core/errors.js';
import type { CommandId } from './commands/commandIds.js';
import { messageOf } from './format.js';
import { NoFolderOpen } from './noFolderOpen.js';

/** A button under an error. */
export interface ErrorAction {
  title: string;
  /** `retry` runs the failed command again. */
  does: 'retry' | { command: CommandId | 'vscode.openFolder' | 'workbench.action.openSettings'; argument?: string };
}

export interface ErrorMessage {
  /** What failed, in the editor's language. */
  headline: string;
  /** Headline, place, reason and the way out. */
  text: string;
  actions: ErrorAction[];
}

const retry = (): ErrorAction => ({ title: vscode.l10n.t('Retry'), does: 'retry' });
const run = (title: string, command: CommandId): ErrorAction => ({ title, does: { command } });
const enterToken = (): ErrorAction => run(vscode.l10n.t('Enter Token'), 'kongBackup.enterToken');
const openEnvironments = (): ErrorAction => run(vscode.l10n.t('Open File'), 'kongBackup.openEnvironmentsFile');
const refresh = (): ErrorAction => run(vscode.l10n.t('Refresh'), 'kongBackup.refresh');
const restoreAgain = (): ErrorAction => run(vscode.l10n.t('Restore Again'), 'kongBackup.restore');
const settings = (key: string): ErrorAction => ({
  title: vscode.l10n.t('Open Settings'),
  does: { command: 'workbench.action.openSettings', argument: `kongBackup.${key}` },
});

/** What each code means to a person and what can be done from here. Complete by type: a new code needs its words. */
const table: Record<ErrorCode, () => { headline: string; actions?: ErrorAction[] }> = {
  'gateway-unreachable': () => ({
    headline: vscode.l10n.t('The gateway can’t be reached.'),
    actions: [retry()],
  }),
  'gateway-timeout': () => ({
    headline: vscode.l10n.t('The gateway took too long to answer.'),
    actions: [retry(), settings('requestTimeout')],
  }),
  'gateway-unauthorized': () => ({
    headline: vscode.l10n.t('The gateway wants a token, or refused the one it got.'),
    actions: [enterToken(), retry()],
  }),
  'gateway-forbidden': () => ({
    headline: vscode.l10n.t('The token may not do this.'),
    actions: [enterToken(), retry()],
  }),
  'gateway-not-kong': () => ({
    headline: vscode.l10n.t('The address does not answer as a Kong Admin API.'),
    actions: [openEnvironments()],
  }),
  'gateway-version-unknown': () => ({ headline: vscode.l10n.t('This version of the gateway is not known.') }),
  'check-unknown': () => ({ headline: vscode.l10n.t('There is no such check.') }),
  'gateway-rejected': () => ({ headline: vscode.l10n.t('The gateway refused a request.') }),
  'gateway-conflict': () => ({ headline: vscode.l10n.t('The gateway already holds something else under that name.') }),
  'gateway-busy': () => ({ headline: vscode.l10n.t('The gateway is busy.'), actions: [retry()] }),
  'gateway-read-incomplete': () => ({
    headline: vscode.l10n.t('Not everything could be read from the gateway.'),
    actions: [retry()],
  }),
  'gateway-read-only-mode': () => ({ headline: vscode.l10n.t('The gateway’s mode does not allow writing.') }),
  'workspace-missing': () => ({
    headline: vscode.l10n.t('The gateway has no such workspace.'),
    actions: [openEnvironments()],
  }),
  'tool-missing': () => ({ headline: vscode.l10n.t('A tool is missing.'), actions: [settings('deck.path')] }),
  'tool-too-old': () => ({ headline: vscode.l10n.t('A tool is too old.'), actions: [settings('deck.path')] }),
  'tool-failed': () => ({ headline: vscode.l10n.t('A tool failed.'), actions: [retry()] }),
  'tool-timeout': () => ({ headline: vscode.l10n.t('A tool took too long.'), actions: [retry()] }),
  'database-unreachable': () => ({
    headline: vscode.l10n.t('The database can’t be reached.'),
    actions: [retry(), openEnvironments()],
  }),
  'database-denied': () => ({
    headline: vscode.l10n.t('The database refused the user or the password.'),
    actions: [openEnvironments(), retry()],
  }),
  'database-not-empty': () => ({ headline: vscode.l10n.t('The target database is not empty.') }),
  'dump-damaged': () => ({ headline: vscode.l10n.t('The dump is damaged. Nothing was changed.') }),
  'credentials-would-break': () => ({
    headline: vscode.l10n.t('This way of restoring would break logins. Nothing was written.'),
    actions: [restoreAgain()],
  }),
  'deletes-not-accepted': () => ({
    headline: vscode.l10n.t('More would be deleted than was agreed to. Nothing was written.'),
    actions: [restoreAgain()],
  }),
  'selector-unknown': () => ({
    headline: vscode.l10n.t('What was chosen is not there. Nothing was written.'),
    actions: [restoreAgain()],
  }),
  'step-failed': () => ({
    headline: vscode.l10n.t('A step failed. The steps after it were not done.'),
    actions: [retry()],
  }),
  'hook-failed': () => ({
    headline: vscode.l10n.t('A hook command failed.'),
    actions: [openEnvironments(), retry()],
  }),
  'store-unreachable': () => ({
    headline: vscode.l10n.t('The snapshot store can’t be reached.'),
    actions: [retry(), openEnvironments()],
  }),
  'store-denied': () => ({
    headline: vscode.l10n.t('The snapshot store does not allow this.'),
    actions: [openEnvironments(), retry()],
  }),
  'store-locked': () => ({
    headline: vscode.l10n.t('Somebody else is working on the store.'),
    actions: [retry()],
  }),
  'object-missing': () => ({
    headline: vscode.l10n.t('The snapshot store does not hold what is needed.'),
    actions: [refresh()],
  }),
  'key-missing': () => ({
    headline: vscode.l10n.t('The snapshot is encrypted, and there is no key to open it.'),
    actions: [openEnvironments()],
  }),
  'key-wrong': () => ({
    headline: vscode.l10n.t('The key does not open this snapshot.'),
    actions: [openEnvironments()],
  }),
  'retention-invalid': () => ({
    headline: vscode.l10n.t('The retention policy can’t be followed. Nothing was deleted.'),
    actions: [openEnvironments()],
  }),
  'archive-invalid': () => ({ headline: vscode.l10n.t('The archive is not a snapshot. Nothing was imported.') }),
  'store-unwritable': () => ({
    headline: vscode.l10n.t('The snapshot folder can’t be written.'),
    actions: [settings('snapshotsFolder'), retry()],
  }),
  'store-full': () => ({ headline: vscode.l10n.t('The disk of the snapshot folder is full.'), actions: [retry()] }),
  'snapshot-missing': () => ({ headline: vscode.l10n.t('The snapshot is not there.'), actions: [refresh()] }),
  'snapshot-damaged': () => ({
    headline: vscode.l10n.t('The snapshot is damaged: a file is not what was backed up.'),
    actions: [refresh()],
  }),
  'snapshot-incomplete': () => ({
    headline: vscode.l10n.t('The snapshot is incomplete: its backup never finished.'),
    actions: [refresh()],
  }),
  'snapshot-newer-format': () => ({ headline: vscode.l10n.t('The snapshot was made by a newer version.') }),
  'snapshot-without-part': () => ({ headline: vscode.l10n.t('The snapshot does not hold what is needed.') }),
  'file-unreadable': () => ({ headline: vscode.l10n.t('The file can’t be read.'), actions: [retry()] }),
  'file-invalid': () => ({ headline: vscode.l10n.t('The file has errors.') }),
  'environment-missing': () => ({
    headline: vscode.l10n.t('There is no such environment.'),
    actions: [openEnvironments()],
  }),
  'environment-invalid': () => ({
    headline: vscode.l10n.t('The environment is not described right.'),
    actions: [openEnvironments()],
  }),
  'environment-read-only': () => ({
    headline: vscode.l10n.t('The environment is read-only: it is backed up and never written.'),
    actions: [openEnvironments()],
  }),
  'confirmation-missing': () => ({ headline: vscode.l10n.t('Nothing was written: it was not confirmed.') }),
  'secret-missing': () => ({ headline: vscode.l10n.t('A secret is missing.'), actions: [enterToken()] }),
  'plan-stale': () => ({
    headline: vscode.l10n.t('The gateway changed after the plan was made. Nothing was written.'),
    actions: [restoreAgain()],
  }),
  'safety-snapshot-incomplete': () => ({
    headline: vscode.l10n.t(
      'The safety snapshot does not hold all that the restore would change. Nothing was written.',
    ),
    actions: [restoreAgain()],
  }),
  'restore-incomplete': () => ({ headline: vscode.l10n.t('The restore did not finish.'), actions: [restoreAgain()] }),
  'restore-missing': () => ({ headline: vscode.l10n.t('There is no such restore.') }),
  'gateway-changed': () => ({
    headline: vscode.l10n.t('Somebody else changed the gateway. The restore stopped there.'),
    actions: [restoreAgain()],
  }),
  'migration-missing': () => ({ headline: vscode.l10n.t('There is no such migration.') }),
  'migration-unreadable': () => ({ headline: vscode.l10n.t('The record of the migration can’t be read.') }),
  'migration-step-stopped': () => ({ headline: vscode.l10n.t('The migration can’t go on yet.') }),
  'journal-unreadable': () => ({ headline: vscode.l10n.t('The journal of the restore can’t be read.') }),
  'port-in-use': () => ({
    headline: vscode.l10n.t('The port is in use.'),
    actions: [settings('practice.port'), retry()],
  }),
  cancelled: () => ({ headline: vscode.l10n.t('Cancelled.') }),
  internal: () => ({ headline: vscode.l10n.t('Something went wrong inside the extension.') }),
};

/** The error in the words and with the buttons of the editor. */
export function describeError(error: unknown): ErrorMessage {
  if (error instanceof NoFolderOpen) {
    const headline = vscode.l10n.t('Open a folder first: environments and snapshots live in it.');
    const open: ErrorAction = { title: vscode.l10n.t('Open Folder'), does: { command: 'vscode.openFolder' } };
    return { headline, text: headline, actions: [open] };
  }
  if (!isKongBackupError(error)) {
    const { headline } = table.internal();
    return { headline, text: `${headline} ${messageOf(error)}`, actions: [] };
  }
  const { headline, actions = [] } = table[error.code]();
  const place = error.place === '' ? '' : ` ${error.place}:`;
  return { headline, text: `${headline}${place} ${error.reason} ${error.remedy}`.trim(), actions };
}

/** The headline of a code alone. */
export function describeCode(code: ErrorCode): string {
  return table[code]().headline;
}
