import * as vscode from 'vscode';
import type { MessageTransports } from 'vscode-languageclient/browser';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { schemasUsedNotification } from '../../languageServer/protocol.js';
import { clientOptions } from '../clientOptions.js';
import { type ClientHooks, type RunningClient, runningClient } from '../runningClient.js';
import { section } from '../settings.js';
import { serveFiles } from './serveFiles.js';
import type { SendRequest } from './webJobs.js';

/** What of a browser's workers is needed here; Node knows nothing of them. */
interface WebWorker {
  terminate(): void;
}
declare const Worker: new (url: string) => WebWorker;

export interface WebServerPlaces {
  /** The server's bundle. */
  script: vscode.Uri;
  /** Folder of `<version>.json` facts. */
  schemas: vscode.Uri;
}

/** Starts the language server in a web worker of its own, where work on a large file holds up nothing. */
export async function startWebLanguageClient(
  { script, schemas }: WebServerPlaces,
  hooks: ClientHooks,
): Promise<RunningClient & { sendRequest: SendRequest }> {
  let worker: WebWorker | undefined;
  const open = async (): Promise<MessageTransports> => {
    worker?.terminate();
    worker = await openWorker(script);
    return { reader: new BrowserMessageReader(worker as never), writer: new BrowserMessageWriter(worker as never) };
  };
  // What else lenses can do needs a gateway or snapshots.
  const options = clientOptions(hooks, () => client, { lensCommands: ['uses'], pushDiagnostics: true });
  const client: LanguageClient = new LanguageClient(section, 'Kong Backup', open, options);
  client.onNotification(schemasUsedNotification, hooks.onSchemasUsed);
  serveFiles(client, schemas);
  await client.start();
  const running = runningClient(client);
  return {
    ...running,
    sendRequest: (request, params, token) => client.sendRequest(request, params, token),
    async stop() {
      await running.stop();
      worker?.terminate();
    },
  };
}

/** A worker may only be opened from the page's own address, which that of an extension seldom is: so from its text. */
async function openWorker(script: vscode.Uri): Promise<WebWorker> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(script));
  return new Worker(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
}
