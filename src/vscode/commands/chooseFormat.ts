import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import { setFileComment, takesComments } from '../fileComment.js';
import { back } from '../input/answer.js';
import { askOne } from '../input/questions.js';
import type { Command } from './command.js';

/** Names the format of the active file, where it can't be told by content. */
export const chooseFormat = (): Command => ({
  id: 'kongBackup.chooseFormat',
  async run() {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== languageId || !takesComments(document)) return;
    const place = { title: vscode.l10n.t('Format of the Kong file'), step: 1, totalSteps: 1, canGoBack: false };
    const format = await askOne(place, vscode.l10n.t('Written as a comment at the top of the file'), [
      { label: vscode.l10n.t('Told by content'), choice: 'auto' },
      { label: 'decK', description: 'deck gateway sync', choice: 'deck' },
      { label: 'DB-less', description: 'declarative_config, kong config db_import', choice: 'dbless' },
    ]);
    if (format === undefined || format === back) return;
    await setFileComment(document, 'format', format === 'auto' ? undefined : format);
  },
});
