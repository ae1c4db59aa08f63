import type * as vscode from 'vscode';
import { commandList } from './vscode/commands/commandList.js';
import { registerCommands } from './vscode/commands/runCommand.js';
import { takeDeclarativeFiles } from './vscode/declarativeFiles.js';
import { keepFresh } from './vscode/keepFresh.js';
import { tellOfLargeFiles } from './vscode/largeFiles.js';
import { Notifications } from './vscode/notifications.js';
import type { Workbench } from './vscode/workbench.js';
import { createWorkbench } from './vscode/workbench.js';

let running: Workbench | undefined;

/** @returns what the extension is made of, for other extensions and for the tests that run inside the editor. */
export function activate(context: vscode.ExtensionContext): Workbench {
  const workbench = createWorkbench(context);
  const notifications = new Notifications(workbench.log);
  context.subscriptions.push(
    registerCommands(commandList(workbench), { log: workbench.log, notifications }),
    keepFresh(workbench),
    takeDeclarativeFiles(),
    tellOfLargeFiles(),
  );
  running = workbench;
  return workbench;
}

/** Stops what runs in processes of its own; everything else goes with its subscription. */
export async function deactivate(): Promise<void> {
  await Promise.all([running?.language.stop(), running?.practice.stop()]);
}
