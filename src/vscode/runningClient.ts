import type * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { fileInfoRequest, gatewaySchemasNotification, surroundingsNotification } from '../languageServer/protocol.js';
import type {
  FileInfo,
  FileInfoParams,
  GatewaySchemas,
  SchemasUsed,
  Surroundings,
} from '../languageServer/protocol.js';

/** A language server that runs, wherever it does. */
export interface RunningClient {
  /** What a file is taken for; undefined for one that the server does not know. */
  fileInfo(uri: vscode.Uri): Promise<FileInfo | undefined>;
  tell(surroundings: Surroundings): Promise<void>;
  giveSchemas(schemas: GatewaySchemas): Promise<void>;
  stop(): Promise<void>;
}

export interface ClientHooks {
  channel: vscode.LogOutputChannel;
  /** Called with all that open files use, each time it is more. */
  onSchemasUsed: (used: SchemasUsed) => void;
  /** Called when the server stopped too often and is not started again. */
  onGivenUp: () => void;
}

/** Starts a server and connects the editor to it. */
export type StartClient = (hooks: ClientHooks) => Promise<RunningClient>;

/** A client that was started, as the extension speaks to it. */
export const runningClient = (client: BaseLanguageClient): RunningClient => ({
  async fileInfo(uri) {
    const params: FileInfoParams = { uri: client.code2ProtocolConverter.asUri(uri) };
    return (await client.sendRequest<FileInfo | null>(fileInfoRequest, params)) ?? undefined;
  },
  tell: (surroundings) => client.sendNotification(surroundingsNotification, surroundings),
  giveSchemas: (schemas) => client.sendNotification(gatewaySchemasNotification, schemas),
  stop: () => client.dispose(),
});
