import path from 'node:path';
import * as vscode from 'vscode';
import { ChangeDocuments } from './documents/changeDocuments.js';
import { PlanDocuments } from './documents/planDocuments.js';
import { snapshotContents, snapshotScheme } from './documents/snapshotDocuments.js';
import { environmentDecorations } from './environmentDecorations.js';
import { DriftStates } from './driftStates.js';
import { DueStates } from './dueStates.js';
import { EnvironmentInPlay } from './environmentInPlay.js';
import { EnvironmentSchemas } from './environmentSchemas.js';
import { EnvironmentStatuses } from './environmentStatuses.js';
import { LanguageServer } from './languageServer.js';
import { LanguageStatus } from './languageStatus.js';
import { tellSurroundings } from './languageSurroundings.js';
import { LazyApp } from './lazyApp.js';
import { Log } from './log.js';
import { OnlineMarks } from './onlineMarks.js';
import { PracticeSession } from './practiceSession.js';
import type { StartClient } from './runningClient.js';
import { section } from './settings.js';
import { StatusMessages } from './statusMessages.js';
import { StoreKeysStore } from './storeKeysStore.js';
import { TokenStore } from './tokenStore.js';
import { ChangesTree } from './tree/changesTree.js';
import { EnvironmentsTree } from './tree/environmentsTree.js';
import { SnapshotsTree } from './tree/snapshotsTree.js';
import { MigrationPages } from './views/migrationPages.js';
import { PlanPages } from './views/planPages.js';
import { WorkspaceMarks } from './workspaceMarks.js';

/** The client and its library are loaded with the first Kong file. */
const startServer =
  (module: string): StartClient =>
  async (hooks) =>
    (await import('./languageClient.js')).startLanguageClient(module, hooks);

/** What the extension is made of in the editor. Commands say with `Pick` which of it they need. */
export interface Workbench {
  readonly app: LazyApp;
  readonly log: Log;
  readonly tokens: TokenStore;
  readonly storeKeys: StoreKeysStore;
  readonly statuses: EnvironmentStatuses;
  readonly due: DueStates;
  readonly drift: DriftStates;
  readonly inPlay: EnvironmentInPlay;
  readonly environments: EnvironmentsTree;
  readonly snapshots: SnapshotsTree;
  readonly documents: PlanDocuments;
  readonly plans: PlanPages;
  readonly migrations: MigrationPages;
  readonly changes: ChangeDocuments;
  readonly diagnostics: vscode.DiagnosticCollection;
  readonly statusBar: StatusMessages;
  readonly practice: PracticeSession;
  readonly language: LanguageServer;
  readonly schemas: EnvironmentSchemas;
  readonly onlineMarks: OnlineMarks;
  readonly workspaceMarks: WorkspaceMarks;
}

/** Builds it all. Nothing here reads a file or contacts a gateway: that waits until somebody looks. */
export function createWorkbench({
  extension,
  globalStorageUri,
  secrets,
  subscriptions,
}: Pick<vscode.ExtensionContext, 'extension' | 'globalStorageUri' | 'secrets' | 'subscriptions'>): Workbench {
  const own = <T extends vscode.Disposable>(disposable: T): T => {
    subscriptions.push(disposable);
    return disposable;
  };
  const { version } = extension.packageJSON as { version: string };
  const inExtension = (...parts: string[]): string => path.join(extension.extensionPath, ...parts);

  const log = own(new Log());
  const tokens = new TokenStore(secrets, (token) => log.hide(token));
  const storeKeys = new StoreKeysStore(secrets, (secret) => log.hide(secret));
  const schemas = inExtension('schemas');
  const app = new LazyApp(
    { version, schemaFolder: schemas, schemaCache: path.join(globalStorageUri.fsPath, 'schemas') },
    tokens,
    storeKeys,
  );
  const statuses = own(new EnvironmentStatuses(app, log));
  const inPlay = own(new EnvironmentInPlay());
  const due = own(new DueStates({ app, log }));
  const drift = own(new DriftStates());
  const environments = own(new EnvironmentsTree({ app, statuses, inPlay, due, drift, log }));
  const snapshots = own(new SnapshotsTree({ app, log }));
  own(vscode.window.registerFileDecorationProvider(environmentDecorations));
  own(vscode.workspace.registerTextDocumentContentProvider(snapshotScheme, snapshotContents(app)));
  const language = own(new LanguageServer(startServer(inExtension('dist', 'server.js')), log));
  own(tellSurroundings({ app, inPlay, statuses, language, log }));
  const ownSchemas = own(new EnvironmentSchemas({ app, inPlay, statuses, language, log }));
  own(new LanguageStatus(language, ownSchemas));
  const changes = own(new ChangeDocuments(app));
  own(new ChangesTree(changes, log));
  return {
    app,
    log,
    tokens,
    storeKeys,
    statuses,
    due,
    drift,
    inPlay,
    environments,
    snapshots,
    documents: own(new PlanDocuments()),
    plans: own(new PlanPages(vscode.Uri.joinPath(extension.extensionUri, 'media'), changes)),
    migrations: own(new MigrationPages(app, vscode.Uri.joinPath(extension.extensionUri, 'media'))),
    changes,
    diagnostics: own(vscode.languages.createDiagnosticCollection(section)),
    statusBar: new StatusMessages(log),
    practice: own(new PracticeSession(schemas, log)),
    language,
    schemas: ownSchemas,
    onlineMarks: own(new OnlineMarks()),
    workspaceMarks: own(new WorkspaceMarks()),
  };
}
