import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Opens the environments file; where there is none yet, starts with the first environment. */
export const openEnvironmentsFile = ({ app }: Pick<Workbench, 'app'>): Command => ({
  id: 'kongBackup.openEnvironmentsFile',
  async run() {
    const { environmentsFile } = app.places();
    if (!existsSync(environmentsFile)) {
      await vscode.commands.executeCommand('kongBackup.addEnvironment');
      return;
    }
    await vscode.window.showTextDocument(vscode.Uri.file(environmentsFile));
  },
});
