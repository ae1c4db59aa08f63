import * as vscode from 'vscode';
import type { FileInfo, GatewaySchemas, SchemasUsed, Surroundings } from '../languageServer/protocol.js';
import { isForServer } from './documentSelector.js';
import { messageOf } from './format.js';
import type { Log } from './log.js';
import type { RunningClient, StartClient } from './runningClient.js';

/** Runs the language server from the first Kong file that is opened on. Works in untrusted workspaces too. */
export class LanguageServer implements vscode.Disposable {
  private client: Promise<RunningClient | undefined> | undefined;
  private readonly subscription: vscode.Disposable;
  private readonly started = new vscode.EventEmitter<void>();
  /** Fires each time the server is there to be asked. */
  readonly onDidStart = this.started.event;
  private readonly used = new vscode.EventEmitter<SchemasUsed>();
  /** Fires with the kinds and plugins that open files use, each time they are more. */
  readonly onSchemasUsed = this.used.event;
  private surroundings: Surroundings = {};
  private schemas: GatewaySchemas = {};

  constructor(
    private readonly startClient: StartClient,
    private readonly log: Log,
  ) {
    const startFor = (document: vscode.TextDocument): void => {
      if (isForServer(document)) this.start();
    };
    this.subscription = vscode.workspace.onDidOpenTextDocument(startFor);
    vscode.workspace.textDocuments.forEach(startFor);
  }

  start(): void {
    this.client ??= this.connect();
  }

  /** Starts the server where none runs, and waits until it can be asked. */
  async running(): Promise<void> {
    this.start();
    await this.client;
  }

  /** What a file is taken for; undefined while no server runs and for files that it does not know. */
  async fileInfo(uri: vscode.Uri): Promise<FileInfo | undefined> {
    return (await this.client)?.fileInfo(uri).catch(() => undefined);
  }

  /** Told to the server now, and again to each that is started after it. */
  async tell(surroundings: Surroundings): Promise<void> {
    this.surroundings = surroundings;
    await (await this.client)?.tell(surroundings).catch(() => undefined);
  }

  /** Given to the server now, and again to each that is started after it. */
  async giveSchemas(schemas: GatewaySchemas): Promise<void> {
    this.schemas = schemas;
    await (await this.client)?.giveSchemas(schemas).catch((error: unknown) => {
      this.log.warn(`schemas of the gateway: ${messageOf(error)}`);
    });
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
    await this.client;
  }

  /** Stops the server; resolves when it is gone. */
  async stop(): Promise<void> {
    const client = await this.client;
    this.client = undefined;
    await client?.stop();
  }

  dispose(): void {
    this.subscription.dispose();
    this.started.dispose();
    this.used.dispose();
  }

  private async connect(): Promise<RunningClient | undefined> {
    try {
      const client = await this.startClient({
        channel: this.log.channel,
        onSchemasUsed: (used) => this.used.fire(used),
        onGivenUp: () => this.offerRestart(),
      });
      await client.tell(this.surroundings);
      await client.giveSchemas(this.schemas);
      this.started.fire();
      return client;
    } catch (error) {
      this.log.error(`language server: ${messageOf(error)}`);
      this.offerRestart();
      return undefined;
    }
  }

  private offerRestart(): void {
    const again = vscode.l10n.t('Start Again');
    const text = vscode.l10n.t('The Kong language server stopped too often. Files are not checked any more.');
    void vscode.window.showWarningMessage(text, again).then(async (answer) => {
      if (answer === again) await vscode.commands.executeCommand('kongBackup.restartLanguageServer');
    });
  }
}
