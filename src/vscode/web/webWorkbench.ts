import type * as vscode from 'vscode';
import type { ChangeDocuments } from '../documents/changeDocuments.js';
import type { PlanDocuments } from '../documents/planDocuments.js';
import type { LanguageServer } from '../languageServer.js';
import type { AppSource } from '../lazyApp.js';
import type { Log } from '../log.js';
import type { StatusMessages } from '../statusMessages.js';
import type { WebJobs } from './webJobs.js';

/** What the extension is made of in a browser: no gateway, no snapshots, no programs. */
export interface WebWorkbench {
  readonly app: AppSource<'entityText' | 'gatewayVersions'>;
  readonly log: Log;
  readonly language: LanguageServer;
  readonly jobs: WebJobs;
  readonly changes: ChangeDocuments;
  readonly documents: PlanDocuments;
  readonly diagnostics: vscode.DiagnosticCollection;
  readonly statusBar: StatusMessages;
}
