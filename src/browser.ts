import * as vscode from 'vscode';
import { entityText } from './operations/entityText.js';
import { shippedVersions } from './shippedVersions.js';
import { registerCommands } from './vscode/commands/runCommand.js';
import { takeDeclarativeFiles } from './vscode/declarativeFiles.js';
import { ChangeDocuments } from './vscode/documents/changeDocuments.js';
import { PlanDocuments } from './vscode/documents/planDocuments.js';
import { LanguageServer } from './vscode/languageServer.js';
import { LanguageStatus } from './vscode/languageStatus.js';
import { Log } from './vscode/log.js';
import { Notifications } from './vscode/notifications.js';
import { section } from './vscode/settings.js';
import { StatusMessages } from './vscode/statusMessages.js';
import { ChangesTree } from './vscode/tree/changesTree.js';
import { TreeView } from './vscode/tree/treeView.js';
import { webCommandList } from './vscode/web/webCommandList.js';
import { type SendRequest, WebJobs } from './vscode/web/webJobs.js';
import { startWebLanguageClient } from './vscode/web/webLanguageClient.js';
import type { WebWorkbench } from './vscode/web/webWorkbench.js';

let language: LanguageServer | undefined;

/** The extension where there is no Node: vscode.dev, and every other web extension host. */
export function activate({ extensionUri, subscriptions }: vscode.ExtensionContext): WebWorkbench {
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    subscriptions.push(disposable);
    return disposable;
  };
  // Hides what needs more than a browser.
  void vscode.commands.executeCommand('setContext', 'kongBackup.web', true);
  const log = own(new Log());
  const workbench = createWebWorkbench(extensionUri, log, own);
  own(registerCommands(webCommandList(workbench), { log, notifications: new Notifications(log) }));
  own(takeDeclarativeFiles());
  language = workbench.language;
  return workbench;
}

/** Ends the worker; everything else goes with its subscription. */
export async function deactivate(): Promise<void> {
  await language?.stop();
}

function createWebWorkbench(
  extensionUri: vscode.Uri,
  log: Log,
  own: <T extends vscode.Disposable>(disposable: T) => T,
): WebWorkbench {
  const places = {
    script: vscode.Uri.joinPath(extensionUri, 'dist', 'browserServer.js'),
    schemas: vscode.Uri.joinPath(extensionUri, 'schemas'),
  };
  let send: SendRequest | undefined;
  const server = own(
    new LanguageServer(async (hooks) => {
      const client = await startWebLanguageClient(places, hooks);
      send = client.sendRequest;
      return client;
    }, log),
  );
  const jobs = new WebJobs(
    async () => {
      await server.running();
      if (!send) throw new Error('the language server does not run');
      return send;
    },
    () => new vscode.CancellationTokenSource(),
  );
  const app = { get: () => Promise.resolve({ entityText, gatewayVersions: shippedVersions }) };
  const shipped = { state: { state: 'shipped' as const }, onDidChange: new vscode.EventEmitter<void>().event };
  own(new LanguageStatus(server, shipped));
  const changes = own(new ChangeDocuments(app));
  own(new ChangesTree(changes, log));
  // Their welcome says where they work.
  for (const view of ['kongBackup.environments', 'kongBackup.snapshots']) {
    own(new TreeView(view, () => Promise.resolve([]), log));
  }
  return {
    app,
    log,
    language: server,
    jobs,
    changes,
    documents: own(new PlanDocuments()),
    diagnostics: own(vscode.languages.createDiagnosticCollection(section)),
    statusBar: new StatusMessages(log),
  };
}
