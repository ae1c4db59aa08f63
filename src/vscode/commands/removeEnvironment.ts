import * as vscode from 'vscode';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'tokens' | 'statuses' | 'environments' | 'snapshots'>;

/** Takes an environment out of the file and its token out of the secret storage. Gateway and snapshots stay. */
export const removeEnvironment = ({ app, tokens, statuses, environments, snapshots }: Needs): Command => ({
  id: 'kongBackup.removeEnvironment',
  async run(_call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Remove which environment?'));
    if (!environment) return;
    const remove = vscode.l10n.t('Remove');
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t('Remove the environment {0}?', environment.name),
      {
        modal: true,
        detail: vscode.l10n.t('Its entry and its stored token go. The gateway is not touched and its snapshots stay.'),
      },
      remove,
    );
    if (answer !== remove) return;
    await core.removeEnvironment(environment.name);
    await tokens.delete(environment);
    statuses.forget(environment);
    environments.refresh();
    snapshots.refresh();
  },
});
