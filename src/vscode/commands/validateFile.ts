import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { Validation } from '../../app.js';
import { toDiagnostic } from '../toDiagnostic.js';
import { validationRequest } from '../validationRequest.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';

type Needs = Pick<Workbench, 'app' | 'diagnostics' | 'statusBar' | 'inPlay' | 'statuses'>;

/** Validates a file as Kong would, and shows what is wrong where it is wrong. */
export const validateFile = ({ app, diagnostics, statusBar, inPlay, statuses }: Needs): Command => ({
  id: 'kongBackup.validateFile',
  async run(call, arg) {
    const core = await app.get();
    const document = await openDocument(arg, vscode.l10n.t('Validate which file?'));
    if (!document) return;
    const options = validationRequest(inPlay.current, statuses);
    const [verdict] = await call.withProgress(vscode.l10n.t('Validating {0}', nameOf(document.uri)), (context) =>
      core.validate([document.uri.fsPath], options, context),
    );
    if (!verdict) return;
    // The language server marks its own files as they are typed; the same marks twice would be noise.
    if (document.languageId === languageId) diagnostics.delete(document.uri);
    else diagnostics.set(document.uri, verdict.diagnostics.map(toDiagnostic));
    statusBar.say(summary(nameOf(document.uri), verdict));
    if (verdict.diagnostics.length === 0) return;
    await vscode.window.showTextDocument(document, { preview: false });
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
