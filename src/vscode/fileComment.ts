import * as vscode from 'vscode';

export type CommentKey = 'gateway-version' | 'format';

/** Whether a file can hold comments at all. */
export const takesComments = ({ uri }: vscode.TextDocument): boolean => !uri.path.toLowerCase().endsWith('.json');

/**
 * Writes a setting of the file's own as a comment: over the one that is there, else at the top; takes it out when there is
 * no value. The document stays unsaved, and one undo brings it back.
 */
export async function setFileComment(
  document: vscode.TextDocument,
  key: CommentKey,
  value: string | undefined,
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  const line = findComment(document, key);
  const text = value === undefined ? '' : `# kong-backup: ${key}=${value}\n`;
  const range = line === undefined ? new vscode.Range(0, 0, 0, 0) : document.lineAt(line).rangeIncludingLineBreak;
  if (line === undefined && value === undefined) return;
  edit.replace(document.uri, range, text);
  await vscode.workspace.applyEdit(edit);
}

function findComment(document: vscode.TextDocument, key: CommentKey): number | undefined {
  const comment = new RegExp(`^\\s*#\\s*kong-backup:\\s*${key}\\b`);
  for (let line = 0; line < document.lineCount; line++) {
    if (comment.test(document.lineAt(line).text)) return line;
  }
  return undefined;
}
