import * as vscode from 'vscode';
import { section } from './settings.js';
import { watchFiles } from './watchFiles.js';
import type { Workbench } from './workbench.js';

type Needs = Pick<Workbench, 'app' | 'statuses' | 'due' | 'environments' | 'snapshots'>;

/** Redraws the trees when files, settings, folders or trust change. */
export function keepFresh({ app, statuses, due, environments, snapshots }: Needs): vscode.Disposable {
  let watching: vscode.Disposable | undefined;
  const watch = (): void => {
    watching?.dispose();
    watching = undefined;
    try {
      watching = watchFiles(app.places(), {
        environments() {
          environments.refresh();
          snapshots.refresh();
        },
        snapshots() {
          snapshots.refresh();
          void due.read();
        },
      });
    } catch {
      // No folder is open: there is nothing to watch, and the welcome view says so.
    }
  };
  const startOver = (): void => {
    app.reset();
    statuses.clear();
    watch();
    environments.refresh();
    snapshots.refresh();
  };
  watch();
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(section) && startOver()),
    vscode.workspace.onDidChangeWorkspaceFolders(startOver),
    vscode.workspace.onDidGrantWorkspaceTrust(startOver),
    new vscode.Disposable(() => watching?.dispose()),
  );
}
