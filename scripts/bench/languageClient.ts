import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { Diagnostic, PublishDiagnosticsParams, Range } from 'vscode-languageserver-protocol';

/** Diagnostics of a version, and when they came. */
export interface Published {
  /** Undefined where the server does not say. */
  version: number | undefined;
  diagnostics: readonly Diagnostic[];
  /** As `performance.now()` has it. */
  at: number;
}

export interface TextEditOfKey {
  range: Range;
  text: string;
}

export interface ClientOptions {
  command: string;
  args: readonly string[];
  languageId: string;
  /** What the server is given when it asks for a section of the settings. */
  settings?: Readonly<Record<string, unknown>>;
}

const uri = 'file:///bench/kong.yaml';

/** A plain language client over stdio with one open file. */
export class LanguageClient {
  version = 0;
  private waiting: { isWanted: (published: Published) => boolean; done: (published: Published) => void }[] = [];
  private fail: (error: Error) => void = () => undefined;
  /** Rejects when the server ends by itself. */
  private readonly ended: Promise<never>;

  private constructor(
    private readonly server: ChildProcess,
    private readonly connection: MessageConnection,
    private readonly languageId: string,
  ) {
    this.ended = new Promise((_, reject) => (this.fail = reject));
    this.ended.catch(() => undefined);
    server.once('exit', (code, signal) => this.fail(new Error(`the server ended: ${signal ?? code}`)));
    connection.onError(() => undefined);
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      const { version, diagnostics } = params;
      const published = { version, diagnostics, at: performance.now() };
      const served = this.waiting.filter(({ isWanted }) => isWanted(published));
      this.waiting = this.waiting.filter((each) => !served.includes(each));
      for (const { done } of served) done(published);
    });
  }

  static async start({ command, args, languageId, settings = {} }: ClientOptions): Promise<LanguageClient> {
    const server = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout),
      new StreamMessageWriter(server.stdin),
    );
    server.stdin.on('error', () => undefined);
    const client = new LanguageClient(server, connection, languageId);
    connection.onRequest('workspace/configuration', ({ items }: { items: { section?: string }[] }) =>
      items.map(({ section = '' }) => settings[section] ?? null),
    );
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/semanticTokens/refresh', () => null);
    connection.listen();
    await client.orEnd(
      connection.sendRequest('initialize', {
        processId: process.pid,
        rootUri: null,
        capabilities: capabilitiesOfEditor,
      }),
    );
    await connection.sendNotification('initialized', {});
    return client;
  }

  open(text: string): Promise<void> {
    const textDocument = { uri, languageId: this.languageId, version: (this.version = 1), text };
    return this.connection.sendNotification('textDocument/didOpen', { textDocument });
  }

  change(...contentChanges: TextEditOfKey[]): Promise<void> {
    const textDocument = { uri, version: ++this.version };
    return this.connection.sendNotification('textDocument/didChange', { textDocument, contentChanges });
  }

  /** The diagnostics of the newest version; of a server that does not say the version, the next that come. */
  diagnostics(isWanted = (_: Published): boolean => true): Promise<Published> {
    const { version } = this;
    return this.orEnd(
      new Promise((done) =>
        this.waiting.push({
          isWanted: (published) => (published.version ?? version) >= version && isWanted(published),
          done,
        }),
      ),
    );
  }

  /** @param until takes the request back. */
  request<T>(method: string, params: object = {}, until?: CancellationToken): Promise<T> {
    const all = { textDocument: { uri }, ...params };
    const rest = until ? [until] : [];
    return this.orEnd(this.connection.sendRequest<T>(`textDocument/${method}`, all, ...rest));
  }

  /** MiB that were resident at most; undefined where the system does not tell. */
  get memory(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
      return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024);
    } catch {
      return undefined;
    }
  }

  stop(): void {
    this.connection.dispose();
    this.server.removeAllListeners('exit');
    this.server.kill('SIGKILL');
  }

  private orEnd<T>(answer: Promise<T>): Promise<T> {
    return Promise.race([answer, this.ended]);
  }
}

const capabilitiesOfEditor = {
  workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: { completionItem: { snippetSupport: true } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    foldingRange: { rangeLimit: 5000, lineFoldingOnly: true },
    codeAction: { dataSupport: true, resolveSupport: { properties: ['edit'] } },
  },
};
