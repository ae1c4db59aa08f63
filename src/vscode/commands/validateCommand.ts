import * as vscode from 'vscode';
import type { Validation } from '../../app.js';
import type { OperationContext } from '../../core/context.js';
import { languageId } from '../../languageServer/protocol.js';
import { toDiagnostic } from '../toDiagnostic.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import type { OpenFile } from './openDocument.js';

/** What the command needs of where it runs. */
export interface ValidateParts<Opened extends OpenFile> extends Pick<Workbench, 'diagnostics' | 'statusBar'> {
  open(arg: unknown, title: string): Promise<Opened | undefined>;
  judge(document: Opened, context: OperationContext): Promise<Validation | undefined>;
}

/** Validates a file as Kong would, and shows what is wrong where it is wrong; how it is judged is the caller's. */
export const validateCommand = <Opened extends OpenFile>({
  diagnostics,
  statusBar,
  open,
  judge,
}: ValidateParts<Opened>): Command => ({
  id: 'kongBackup.validateFile',
  async run(call, arg) {
    const document = await open(arg, vscode.l10n.t('Validate which file?'));
    if (!document) return;
    const name = nameOf(document.uri);
    const verdict = await call.withProgress(vscode.l10n.t('Validating {0}', name), (context) =>
      judge(document, context),
    );
    if (!verdict) return;
    // The language server marks its own files as they are typed; the same marks twice would be noise.
    if (document.languageId === languageId) diagnostics.delete(document.uri);
    else diagnostics.set(document.uri, verdict.diagnostics.map(toDiagnostic));
    statusBar.say(summary(name, verdict));
    if (verdict.diagnostics.length === 0) return;
    await vscode.commands.executeCommand('vscode.open', document.uri, { preview: false });
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  },
});

const nameOf = ({ path }: vscode.Uri): string => path.slice(path.lastIndexOf('/') + 1);

function summary(name: string, { valid, kind, gatewayVersion, diagnostics }: Validation): string {
  const format = kind === 'deck' ? 'decK' : 'DB-less';
  if (valid) return vscode.l10n.t('{0} is valid ({1}, Kong {2})', name, format, gatewayVersion);
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return vscode.l10n.t('{0} has {1} errors ({2}, Kong {3})', name, errors, format, gatewayVersion);
}
