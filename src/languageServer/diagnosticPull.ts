import type {
  ClientCapabilities,
  Connection,
  DocumentDiagnosticReport,
  ServerCapabilities,
  WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { FolderFile } from '../language/folderFiles.js';
import type { LanguageService, TextSource } from '../language/service.js';
import type { Ask } from './navigation.js';

export interface PullParts {
  ask: Ask;
  service(): LanguageService | undefined;
  /** Kong's files that are open. */
  open(): TextSource[];
  /** Files beside one, that are not open. */
  beside(uri: string): Promise<readonly FolderFile[]>;
}

/** Diagnostics for clients that ask. One that has asked once is sent none any more: it would show each twice. */
export class PulledDiagnostics {
  private asked = false;
  private canRefresh = false;

  constructor(
    private readonly connection: Connection,
    private readonly parts: PullParts,
  ) {
    connection.languages.diagnostics.on(async ({ textDocument: { uri } }): Promise<DocumentDiagnosticReport> => {
      this.use();
      return { kind: 'full', items: (await parts.ask(uri, (s, document) => s.diagnostics(document))) ?? [] };
    });
    connection.languages.diagnostics.onWorkspace(async (_, token) => ({
      items: await this.ofWorkspace(() => token.isCancellationRequested),
    }));
  }

  /** Whether the client fetches what it wants to know. */
  get isUsed(): boolean {
    return this.asked;
  }

  /** What a client that can ask is offered. @param wantsPush true for one that would rather be told. */
  offer(
    { textDocument, workspace }: ClientCapabilities,
    wantsPush: boolean,
  ): Pick<ServerCapabilities, 'diagnosticProvider'> {
    this.canRefresh = workspace?.diagnostics?.refreshSupport === true;
    if (!textDocument?.diagnostic || wantsPush) return {};
    return { diagnosticProvider: { identifier: 'kong', interFileDependencies: false, workspaceDiagnostics: true } };
  }

  /** Files are judged otherwise from now on. */
  refresh(): void {
    if (this.asked && this.canRefresh) void this.connection.languages.diagnostics.refresh();
  }

  private use(): void {
    if (this.asked) return;
    this.asked = true;
    for (const { uri } of this.parts.open()) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** Of files that are open, and of those in the same folders. */
  private async ofWorkspace(isCancelled: () => boolean): Promise<WorkspaceDocumentDiagnosticReport[]> {
    const service = this.parts.service();
    const reports = new Map<string, WorkspaceDocumentDiagnosticReport>();
    if (!service) return [];
    const open = this.parts.open();
    for (const source of open) {
      const { uri, version } = source;
      reports.set(uri, { kind: 'full', uri, version, items: await service.diagnostics(source) });
    }
    for (const { uri } of open) {
      for (const file of await this.parts.beside(uri)) {
        if (isCancelled()) return [...reports.values()];
        if (reports.has(file.uri)) continue;
        reports.set(file.uri, { kind: 'full', uri: file.uri, version: null, items: await service.diagnostics(file) });
        service.forget(file.uri);
      }
    }
    return [...reports.values()];
  }
}
