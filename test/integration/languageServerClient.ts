import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { Diagnostic, PublishDiagnosticsParams } from 'vscode-languageserver-protocol';

const root = path.join(__dirname, '../..');

/** A language client as plain as they come: no initialization options, no settings, no custom request. */
export class PlainClient {
  private readonly published: PublishDiagnosticsParams[] = [];
  private readonly waiting: {
    wanted: (params: PublishDiagnosticsParams) => boolean;
    done: (params: PublishDiagnosticsParams) => void;
  }[] = [];

  private constructor(
    private readonly server: ChildProcess,
    readonly connection: MessageConnection,
  ) {
    connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      for (const waiter of this.waiting.filter(({ wanted }) => wanted(params))) {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        waiter.done(params);
      }
    });
  }

  /** @param answers to what the server may ask, by method. */
  static async start(
    capabilities: object = {},
    answers: Record<string, (params: never) => unknown> = {},
    initializationOptions: object = {},
  ): Promise<PlainClient> {
    const server = spawn(process.execPath, ['--import', 'tsx', 'src/server.ts', '--stdio'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const connection = createMessageConnection(
      new StreamMessageReader(server.stdout!),
      new StreamMessageWriter(server.stdin!),
    );
    const client = new PlainClient(server, connection);
    for (const [method, answer] of Object.entries(answers)) connection.onRequest(method, answer);
    connection.listen();
    await connection.sendRequest('initialize', {
      processId: process.pid,
      rootUri: null,
      capabilities,
      initializationOptions,
    });
    await connection.sendNotification('initialized', {});
    return client;
  }

  open(uri: string, text: string, languageId = 'kong-declarative'): Promise<void> {
    return this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  change(uri: string, version: number, contentChanges: object[]): Promise<void> {
    return this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  /** The diagnostics of this version, already published or to come. */
  diagnostics(uri: string, version: number): Promise<PublishDiagnosticsParams> {
    const wanted = (params: PublishDiagnosticsParams): boolean => params.uri === uri && params.version === version;
    const there = this.published.find(wanted);
    return there ? Promise.resolve(there) : new Promise((done) => this.waiting.push({ wanted, done }));
  }

  /** The newest diagnostics of a file, once they are as wanted. */
  async until(uri: string, wanted: (diagnostics: Diagnostic[]) => boolean): Promise<Diagnostic[]> {
    const fits = (params: PublishDiagnosticsParams): boolean => params.uri === uri && wanted(params.diagnostics);
    const newest = this.published.findLast((params) => params.uri === uri);
    if (newest && fits(newest)) return newest.diagnostics;
    const { diagnostics } = await new Promise<PublishDiagnosticsParams>((done) =>
      this.waiting.push({ wanted: fits, done }),
    );
    return diagnostics;
  }

  /** The versions that diagnostics came for, in the order they came. */
  versions(uri: string): number[] {
    return this.published.filter((params) => params.uri === uri).map(({ version }) => version ?? -1);
  }

  /** @returns the server's exit code. */
  async stop(): Promise<number | null> {
    const exit = new Promise<number | null>((done) => this.server.once('exit', done));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await exit;
    this.connection.dispose();
    return code;
  }
}
