import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { pickSnapshot } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'statusBar'>;

/** Writes a snapshot as one file. */
export const exportSnapshot = ({ app, statusBar }: Needs): Command => ({
  id: 'kongBackup.exportSnapshot',
  async run(call, arg) {
    const core = await app.get();
    const snapshot = await pickSnapshot(core, arg, { title: vscode.l10n.t('Export which snapshot?') });
    if (!snapshot) return;
    const name = `${snapshot.id.slice(snapshot.id.indexOf(':') + 1).replace('/', '-')}.tar`;
    const folder = path.dirname(app.places().environmentsFile);
    const uri = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export {0}', snapshot.id),
      defaultUri: vscode.Uri.file(path.join(folder, name)),
      filters: { tar: ['tar'] },
    });
    if (!uri) return;
    // The dialog asked whether to replace what is there: it is replaced by a whole archive only.
    const isThere = existsSync(uri.fsPath);
    const place = isThere ? `${uri.fsPath}.${process.pid}.new` : uri.fsPath;
    await call.withProgress(vscode.l10n.t('Export {0}', snapshot.id), (context) =>
      core.exportSnapshot(snapshot.id, place, context),
    );
    if (isThere) await vscode.workspace.fs.rename(vscode.Uri.file(place), uri, { overwrite: true });
    statusBar.say(
      snapshot.encryption
        ? vscode.l10n.t('Exported {0}, still encrypted', path.basename(uri.fsPath))
        : vscode.l10n.t('Exported {0}: it is not encrypted', path.basename(uri.fsPath)),
    );
  },
});
