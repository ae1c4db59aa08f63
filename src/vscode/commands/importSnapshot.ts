import path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { pickEnvironment } from '../input/pickers.js';
import { pickStore, transferredText, unlessDecrypted } from '../input/pickStore.js';
import type { Workbench } from '../workbench.js';
import type { Call, Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'snapshots' | 'statusBar'>;

/** Takes a snapshot from an archive of ours, or makes one of what decK, kong, pg_dump or Konga wrote. */
export const importSnapshot = ({ app, snapshots, statusBar }: Needs): Command => ({
  id: 'kongBackup.importSnapshot',
  async run(call, arg, target) {
    const core = await app.get();
    const title = vscode.l10n.t('Import a snapshot');
    const place = arg instanceof vscode.Uri ? arg.fsPath : await pickPlace(title);
    if (place === undefined) return;
    const isArchive = (await core.recogniseImport(place)) === 'archive';
    const done = isArchive
      ? await importArchive(core, call, place, title)
      : await importFiles(core, call, { place, title, target });
    if (!done) return;
    statusBar.say(done.text);
    await snapshots.show(done.id);
  },
});

interface Done {
  id: string;
  text: string;
}

/** Not every system has a dialog that takes both. */
async function pickPlace(title: string): Promise<string | undefined> {
  const items = [
    {
      label: vscode.l10n.t('A file…'),
      detail: vscode.l10n.t('An archive, a dump, a declarative file, a snapshot of Konga'),
    },
    {
      label: vscode.l10n.t('A folder…'),
      detail: vscode.l10n.t('A dump by pg_dump in directory format, or files of decK'),
      isFolder: true,
    },
  ];
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (!picked) return undefined;
  const canSelectFolders = picked.isFolder === true;
  const [uri] =
    (await vscode.window.showOpenDialog({ title, canSelectFolders, canSelectFiles: !canSelectFolders })) ?? [];
  return uri?.fsPath;
}

async function importArchive(core: App, call: Call, place: string, title: string): Promise<Done | undefined> {
  const to = await pickStore(core, vscode.l10n.t('Import into which store?'));
  if (to === undefined) return undefined;
  const done = await unlessDecrypted((mayDecrypt) =>
    call.withProgress(title, (context) => core.importSnapshot(place, { to, mayDecrypt }, context)),
  );
  if (!done) return undefined;
  return { id: done.id, text: transferredText(done) };
}

async function importFiles(
  core: App,
  call: Call,
  { place, title, target }: { place: string; title: string; target: unknown },
): Promise<Done | undefined> {
  const whose = vscode.l10n.t('{0} becomes a snapshot of which environment?', path.basename(place));
  const environment = await pickEnvironment(core, target, whose);
  if (!environment) return undefined;
  const manifest = await call.withProgress(title, (context) => core.importFiles(place, environment, {}, context));
  const { id, warnings } = manifest;
  const faults = core.restoreFaults(manifest).length;
  const text =
    faults > 0
      ? vscode.l10n.t('{0} is there now, but a restore would fail: errors in it: {1}', id, faults)
      : warnings.length > 0
        ? vscode.l10n.t('{0} is there now; {1} warnings', id, warnings.length)
        : vscode.l10n.t('{0} is there now', id);
  return { id, text };
}
