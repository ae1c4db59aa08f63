import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { Side } from '../../app.js';
import { planText } from '../documents/planText.js';
import { pickEnvironment, pickSnapshot, snapshotIdOf } from '../input/pickers.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'documents'>;

/** Shows what would have to change in an environment for it to become a snapshot or a file. Writes nothing. */
export const compareWithEnvironment = ({ app, inPlay, documents }: Needs): Command => ({
  id: 'kongBackup.compareWithEnvironment',
  async run(call, arg) {
    const core = await app.get();
    const wanted = await chooseSide(arg, () =>
      pickSnapshot(core, undefined, { title: vscode.l10n.t('Compare which snapshot?') }).then((picked) => picked?.id),
    );
    if (!wanted) return;
    const fromRow = snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
    const environment = await pickEnvironment(core, fromRow, vscode.l10n.t('Compare with which environment?'));
    if (!environment) return;
    inPlay.set(environment);
    const title = vscode.l10n.t('{0} compared with {1}', environment.name, wanted.name);
    const plan = await call.withProgress(title, (context) =>
      core.compare({ live: environment.name }, wanted.side, context),
    );
    const facts = [
      vscode.l10n.t('Environment: {0} ({1})', environment.name, environment.adminUrl),
      vscode.l10n.t('What would have to change in it to become {0}. Nothing was written.', wanted.name),
    ];
    await documents.open(title, { text: planText(plan, { title, facts, warnings: [] }), plan });
  },
});

/** The side that is not the environment: a snapshot from its row, a file from a menu or the editor, or one to be picked. */
async function chooseSide(
  arg: unknown,
  pick: () => Promise<string | undefined>,
): Promise<{ side: Side; name: string } | undefined> {
  const fromRow = snapshotIdOf(arg);
  if (fromRow !== undefined) return { side: { snapshot: fromRow }, name: fromRow };
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (arg instanceof vscode.Uri || (arg === undefined && language === languageId)) {
    const document = await openDocument(arg, vscode.l10n.t('Compare which file?'));
    const file = document?.uri.fsPath;
    return file === undefined ? undefined : { side: { file }, name: vscode.workspace.asRelativePath(file) };
  }
  const snapshot = await pick();
  return snapshot === undefined ? undefined : { side: { snapshot }, name: snapshot };
}
