import * as vscode from 'vscode';
import type { WebWorkbench } from '../../src/vscode/web/webWorkbench.js';

export function equal<T>(actual: T, expected: T, what = 'value'): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: expected ${b}, got ${a}`);
}

export function ok(value: unknown, what: string): asserts value {
  if (!value) throw new Error(`not so: ${what}`);
}

/** Waits until `check` gives something. Fails, saying `what` was awaited. */
export async function eventually<T>(
  what: string,
  check: () => T | undefined | false | Thenable<T | undefined | false>,
) {
  const end = Date.now() + 40_000;
  for (;;) {
    const result = await check();
    if (result !== undefined && result !== false) return result;
    ok(Date.now() < end, `${what} in time`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function extension(): vscode.Extension<WebWorkbench> {
  const found = vscode.extensions.getExtension<WebWorkbench>('kong-backup.kong-backup');
  ok(found, 'the extension is there');
  return found;
}

export const workbench = (): Promise<WebWorkbench> => Promise.resolve(extension().activate());

/** Writes a file of the workspace and opens it in an editor. */
export async function openFile(name: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await writeFile(name, text));
  await vscode.window.showTextDocument(document);
  return document;
}

export async function writeFile(name: string, text: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  ok(folder, 'a folder is open');
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

/** The marks of a file, once there are as many as wanted. */
export const marks = (uri: vscode.Uri, count: number): Promise<vscode.Diagnostic[]> =>
  eventually(`${count} marks`, () => {
    const found = vscode.languages.getDiagnostics(uri);
    return found.length === count && found;
  });
