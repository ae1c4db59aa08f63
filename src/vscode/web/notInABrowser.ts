import * as vscode from 'vscode';
import type { Command } from '../commands/command.js';
import type { CommandId } from '../commands/commandIds.js';

/** Stands for a command that a browser can't do. */
export const notInABrowser = (id: CommandId): Command => ({
  id,
  run() {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'This needs VS Code on a desktop or on a remote machine: a browser alone reaches no gateway and no snapshots.',
      ),
    );
    return Promise.resolve();
  },
});
