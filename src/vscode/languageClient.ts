import type * as vscode from 'vscode';
import {
  fileInfoRequest,
  gatewaySchemasNotification,
  schemasUsedNotification,
  surroundingsNotification,
} from '../languageServer/protocol.js';
import type {
  FileInfo,
  FileInfoParams,
  GatewaySchemas,
  InitializationOptions,
  SchemasUsed,
  Surroundings,
} from '../languageServer/protocol.js';
import type { ErrorHandler } from 'vscode-languageclient/node';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  TransportKind,
} from 'vscode-languageclient/node';
import { documentSelector, environmentsFileOptions } from './documentSelector.js';
import { lensMiddleware } from './lenses.js';
import { section } from './settings.js';

/** A server that stops this often, within this long, is left alone. Milliseconds. */
const restarts = { most: 3, within: 180_000 };

export interface RunningClient {
  /** What a file is taken for; undefined for one that the server does not know. */
  fileInfo(uri: vscode.Uri): Promise<FileInfo | undefined>;
  tell(surroundings: Surroundings): Promise<void>;
  giveSchemas(schemas: GatewaySchemas): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts the language server and connects the editor to it. Loaded only when the first Kong file is open.
 * @param onSchemasUsed called with all that open files use, each time it is more.
 * @param onGivenUp called when the server stopped too often and is not started again.
 */
export async function startLanguageClient({
  serverModule,
  channel,
  onSchemasUsed,
  onGivenUp,
}: {
  serverModule: string;
  channel: vscode.LogOutputChannel;
  onSchemasUsed: (used: SchemasUsed) => void;
  onGivenUp: () => void;
}): Promise<RunningClient> {
  const initializationOptions: InitializationOptions = {
    ...environmentsFileOptions(),
    gatewaySchemas: true,
    lensCommands: true,
  };
  const server = { module: serverModule, transport: TransportKind.stdio };
  const client: LanguageClient = new LanguageClient(
    section,
    'Kong Backup',
    { run: server, debug: server },
    {
      documentSelector: documentSelector(['file', 'untitled', 'vscode-vfs']),
      initializationOptions,
      outputChannel: channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      errorHandler: patientHandler(onGivenUp),
      middleware: lensMiddleware(() => client),
    },
  );
  client.onNotification(schemasUsedNotification, onSchemasUsed);
  await client.start();
  return {
    async fileInfo(uri) {
      const params: FileInfoParams = { uri: client.code2ProtocolConverter.asUri(uri) };
      return (await client.sendRequest<FileInfo | null>(fileInfoRequest, params)) ?? undefined;
    },
    tell: (surroundings) => client.sendNotification(surroundingsNotification, surroundings),
    giveSchemas: (schemas) => client.sendNotification(gatewaySchemasNotification, schemas),
    stop: () => client.dispose(),
  };
}

/** Starts a server that stopped again, but not for ever: one that dies of every file would flicker without end. */
function patientHandler(onGivenUp: () => void): ErrorHandler {
  let stops: number[] = [];
  return {
    error: (_error, _message, count) => ({
      action: (count ?? 0) <= restarts.most ? ErrorAction.Continue : ErrorAction.Shutdown,
      handled: true,
    }),
    closed() {
      const now = Date.now();
      stops = [...stops.filter((time) => now - time < restarts.within), now];
      if (stops.length <= restarts.most) return { action: CloseAction.Restart, handled: true };
      onGivenUp();
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}
