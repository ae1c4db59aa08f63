import * as vscode from 'vscode';
import { formatBytes } from '../format.js';
import { acknowledgeKeyring } from '../input/acknowledgeKeyring.js';
import { pickEnvironment } from '../input/pickers.js';
import { sizeOf } from '../tree/snapshotNode.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'drift' | 'snapshots' | 'statusBar'>;

/** Takes a snapshot of an environment. The new row in the tree is the result; no toast. */
export const backUp = ({ app, inPlay, drift, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.backUp',
  async run(call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Back up which environment?'));
    if (!environment) return;
    inPlay.set(environment);
    const manifest = await call.withProgress(vscode.l10n.t('Backing up {0}', environment.name), (context) =>
      core.backup(environment, {}, context),
    );
    drift.forget(environment);
    const size = formatBytes(sizeOf(manifest));
    const doubts = manifest.warnings.length;
    statusBar.say(
      doubts > 0
        ? vscode.l10n.t('Backed up {0}, {1}; {2} warnings', environment.name, size, doubts)
        : vscode.l10n.t('Backed up {0}, {1}', environment.name, size),
    );
    await snapshots.show(manifest.id);
    await acknowledgeKeyring(core, environment, manifest.warnings);
  },
});
