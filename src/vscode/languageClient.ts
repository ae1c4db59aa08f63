import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import { schemasUsedNotification } from '../languageServer/protocol.js';
import { clientOptions } from './clientOptions.js';
import { type ClientHooks, type RunningClient, runningClient } from './runningClient.js';
import { section } from './settings.js';

/** Starts the language server as a program of its own. Loaded only when the first Kong file is open. */
export async function startLanguageClient(serverModule: string, hooks: ClientHooks): Promise<RunningClient> {
  const server = { module: serverModule, transport: TransportKind.stdio };
  const options = clientOptions(hooks, () => client, {
    gatewaySchemas: true,
    lensCommands: ['uses', 'compare', 'history', 'restore'],
    pushDiagnostics: true,
  });
  const client: LanguageClient = new LanguageClient(section, 'Kong Backup', { run: server, debug: server }, options);
  client.onNotification(schemasUsedNotification, hooks.onSchemasUsed);
  await client.start();
  return runningClient(client);
}
