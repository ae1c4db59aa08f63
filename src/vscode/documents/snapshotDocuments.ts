import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { LazyApp } from '../lazyApp.js';

export const snapshotScheme = 'kong-snapshot';
/** The address of a file of a snapshot, for a read-only editor. */
export function snapshotUri(snapshotId: string, path: string): vscode.Uri {
  return vscode.Uri.from({ scheme: snapshotScheme, path: `/${path}`, query: snapshotId });
}

/** Opens a file of a snapshot read-only, coloured as a Kong declarative file. */
export async function openSnapshotFile(snapshotId: string, path: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(snapshotUri(snapshotId, path));
  const isYaml = /\.ya?ml$/i.test(path);
  const shown = isYaml ? await vscode.languages.setTextDocumentLanguage(document, languageId) : document;
  await vscode.window.showTextDocument(shown, { preview: true });
  return shown;
}

/** Gives the text of a snapshot's files; checked against the manifest's checksums by the store. */
export function snapshotContents(app: LazyApp): vscode.TextDocumentContentProvider {
  return {
    async provideTextDocumentContent({ path, query }) {
      return (await app.get()).readPart(query, path.slice(1));
    },
  };
}
