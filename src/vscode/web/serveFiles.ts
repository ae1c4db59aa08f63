import * as vscode from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import { clientFileRequests as requests } from '../../languageServer/protocol.js';

/** Entries of a folder that are looked at. */
const mostEntries = 2000;

/** Reads for a server in a web worker what it asks for: through the editor, which knows where files really are. */
export function serveFiles(client: BaseLanguageClient, schemaFolder: vscode.Uri): void {
  const { fs } = vscode.workspace;
  const { code2ProtocolConverter: ours, protocol2CodeConverter: theirs } = client;
  const text = async (uri: vscode.Uri): Promise<string> => new TextDecoder().decode(await fs.readFile(uri));
  client.onRequest(requests.facts, ({ version }: { version: string }) =>
    text(vscode.Uri.joinPath(schemaFolder, `${version}.json`)),
  );
  client.onRequest(requests.list, async ({ uri }: { uri: string }) => {
    const folder = theirs.asUri(uri);
    const files = (await fs.readDirectory(folder)).filter(([, type]) => (type & vscode.FileType.File) !== 0);
    return files.slice(0, mostEntries).map(([name]) => ours.asUri(vscode.Uri.joinPath(folder, name)));
  });
  client.onRequest(requests.stat, async ({ uri }: { uri: string }) => {
    const { mtime, size } = await fs.stat(theirs.asUri(uri));
    return { changed: mtime, size };
  });
  client.onRequest(requests.read, ({ uri }: { uri: string }) => text(theirs.asUri(uri)));
}
