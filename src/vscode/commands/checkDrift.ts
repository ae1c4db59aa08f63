import * as vscode from 'vscode';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'changes' | 'drift' | 'statusBar'>;

/** Compares a gateway with its last snapshot. What changed in it since stands in the view *Changes*. */
export const checkDrift = ({ app, inPlay, changes, drift, statusBar }: Needs): Command => ({
  id: 'kongBackup.checkDrift',
  async run(call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Check which environment for drift?'));
    if (!environment) return;
    const { name } = environment;
    inPlay.set(environment);
    const found = await call.withProgress(vscode.l10n.t('Checking {0} for drift', name), (context) =>
      core.drift(environment, {}, context),
    );
    drift.set(environment, found);
    const { snapshot, comparison, result } = found;
    if (result === 'equal') {
      statusBar.say(vscode.l10n.t('{0} equals its last snapshot', name));
      return;
    }
    if (result === 'unproved') {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('{0}: nothing differs in what could be compared with {1}, but that was not all.', name, snapshot),
      );
      return;
    }
    changes.open({ title: `${snapshot} ↔ ${vscode.l10n.t('{0} live', name)}`, comparison });
    statusBar.say(
      vscode.l10n.t('{0} changed since its last snapshot: {1} changes', name, drift.changes(environment) ?? 0),
    );
  },
});
