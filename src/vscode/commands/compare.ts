import * as vscode from 'vscode';
import type { App, Side } from '../../app.js';
import { pickEnvironment, pickSnapshot } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

interface NamedSide {
  side: Side;
  name: string;
}

/** Compares any two of file, folder, snapshot, gateway, or a workspace of one. Writes nothing. */
export const compare = ({ app, changes }: Pick<Workbench, 'app' | 'changes'>): Command => ({
  id: 'kongBackup.compare',
  async run(call) {
    const core = await app.get();
    const from = await pickSide(core, vscode.l10n.t('Compare what?'));
    const to = from && (await pickSide(core, vscode.l10n.t('Compare {0} with what?', from.name)));
    if (!from || !to) return;
    const title = `${from.name} ↔ ${to.name}`;
    const comparison = await call.withProgress(title, (context) => core.compare(from.side, to.side, context));
    changes.open({ title, comparison });
    await vscode.commands.executeCommand('kongBackup.changes.focus');
  },
});

async function pickSide(core: App, title: string): Promise<NamedSide | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      {
        label: vscode.l10n.t('Snapshot'),
        iconPath: new vscode.ThemeIcon('archive'),
        pick: () => snapshotSide(core, title),
      },
      {
        label: vscode.l10n.t('Gateway as it is'),
        iconPath: new vscode.ThemeIcon('server'),
        pick: () => liveSide(core, title),
      },
      { label: vscode.l10n.t('File or Folder'), iconPath: new vscode.ThemeIcon('file'), pick: () => fileSide(title) },
    ],
    { title },
  );
  return picked?.pick();
}

async function snapshotSide(core: App, title: string): Promise<NamedSide | undefined> {
  const manifest = await pickSnapshot(core, undefined, { title });
  return manifest && pickWorkspace({ snapshot: manifest.id }, manifest.id, manifest.workspaces);
}

async function liveSide(core: App, title: string): Promise<NamedSide | undefined> {
  const environment = await pickEnvironment(core, undefined, title);
  if (!environment) return undefined;
  const name = vscode.l10n.t('{0} live', environment.name);
  return pickWorkspace({ live: environment.name }, name, environment.workspaces ?? []);
}

async function fileSide(title: string): Promise<NamedSide | undefined> {
  const [uri] = (await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: true })) ?? [];
  return uri && { side: { file: uri.fsPath }, name: vscode.workspace.asRelativePath(uri) };
}

/** Asked only where there is a choice. */
async function pickWorkspace(side: Side, name: string, workspaces: readonly string[]): Promise<NamedSide | undefined> {
  if (workspaces.length < 2) return { side, name };
  const all = vscode.l10n.t('All workspaces');
  const picked = await vscode.window.showQuickPick([all, ...workspaces], {
    title: vscode.l10n.t('Which workspace of {0}?', name),
  });
  if (picked === undefined) return undefined;
  return picked === all ? { side, name } : { side: { ...side, workspace: picked }, name: `${name} @${picked}` };
}
