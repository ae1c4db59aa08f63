import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { pickSnapshot, snapshotIdOf } from '../input/pickers.js';
import { PartFileNode } from '../tree/partFileNode.js';

/** Absolute path of the snapshot, or of the file of one, that a row shows; asks for a snapshot without a row. */
export async function pathOfRow(core: App, arg: unknown): Promise<string | undefined> {
  if (arg instanceof PartFileNode) return core.pathOf(arg.snapshotId, arg.file.path);
  const id =
    snapshotIdOf(arg) ?? (await pickSnapshot(core, undefined, { title: vscode.l10n.t('Which snapshot?') }))?.id;
  return id === undefined ? undefined : core.pathOf(id);
}
