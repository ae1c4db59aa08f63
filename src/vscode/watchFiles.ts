import path from 'node:path';
import * as vscode from 'vscode';
import type { Places } from './places.js';

/** Calls back when the environments file or a snapshot came, changed or went: another window or the CLI may write too. */
export function watchFiles(
  { environmentsFile, snapshotRoot }: Places,
  on: { environments: () => void; snapshots: () => void },
): vscode.Disposable {
  const watch = (base: string, glob: string, changed: () => void): vscode.Disposable => {
    const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(base), glob));
    watcher.onDidCreate(changed);
    watcher.onDidChange(changed);
    watcher.onDidDelete(changed);
    return watcher;
  };
  return vscode.Disposable.from(
    watch(path.dirname(environmentsFile), path.basename(environmentsFile), on.environments),
    watch(snapshotRoot, '*/*/manifest.json', on.snapshots),
  );
}
