import * as vscode from 'vscode';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Shows the entities that a plan or a comparison changes, before and after, side by side. */
export const showPlanChanges = ({ documents }: Pick<Workbench, 'documents'>): Command => ({
  id: 'kongBackup.showPlanChanges',
  async run(_call, arg) {
    const uri = arg instanceof vscode.Uri ? arg : vscode.window.activeTextEditor?.document.uri;
    if (uri) await documents.showChanges(uri);
  },
});
