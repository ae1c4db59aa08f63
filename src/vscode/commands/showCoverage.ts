import * as vscode from 'vscode';
import { pickEnvironment, snapshotIdOf } from '../input/pickers.js';
import { coverageBody } from '../views/coveragePage.js';
import { showPage } from '../views/page.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Shows what a snapshot holds, or what the next backup of an environment would, kind by kind. */
export const showCoverage = ({ app }: Pick<Workbench, 'app'>): Command => ({
  id: 'kongBackup.showCoverage',
  async run(call, arg) {
    const core = await app.get();
    const id = typeof arg === 'string' ? undefined : snapshotIdOf(arg);
    if (id !== undefined) {
      const { matrix } = await core.coverage(id);
      const title = vscode.l10n.t('Coverage of {0}', id);
      showPage({ key: `coverage ${id}`, title, body: coverageBody(title, matrix) });
      return;
    }
    const environment = await pickEnvironment(
      core,
      arg,
      vscode.l10n.t('Show what a backup of which environment holds?'),
    );
    if (!environment) return;
    const { name } = environment;
    const matrix = await call.withProgress(vscode.l10n.t('Looking at {0}', name), (context) =>
      core.plannedCoverage(environment, context),
    );
    const title = vscode.l10n.t('Coverage of the next backup of {0}', name);
    showPage({ key: `coverage ${environment.id}`, title, body: coverageBody(title, matrix) });
  },
});
