import * as vscode from 'vscode';
import { acknowledgeKeyring } from '../input/acknowledgeKeyring.js';
import { pickSnapshot } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Takes what failed in a partial snapshot anew; the rest is carried over into the new one. */
export const resumeBackup = ({ app, snapshots }: Pick<Workbench, 'app' | 'snapshots'>): Command => ({
  id: 'kongBackup.resumeBackup',
  async run(call, arg) {
    const core = await app.get();
    const partial = await pickSnapshot(core, arg, { title: vscode.l10n.t('Take what failed in which snapshot anew?') });
    if (!partial) return;
    const { environments } = await core.environments();
    const environment =
      environments.find(({ id }) => id === partial.environment.id) ??
      (await core.environment(partial.environment.name));
    const manifest = await call.withProgress(vscode.l10n.t('Backing up {0}', environment.name), (context) =>
      core.backup(environment, { resume: partial.id }, context),
    );
    await snapshots.show(manifest.id);
    await acknowledgeKeyring(core, environment, manifest.warnings);
  },
});
