import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import type { App, Side } from '../../app.js';
import type { Manifest } from '../../core/snapshot.js';
import { comparisonText } from '../documents/comparisonText.js';
import { pickEnvironment, pickSnapshot, pickTarget, snapshotIdOf } from '../input/pickers.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'documents' | 'changes'>;

/** Shows what would have to change in an environment for it to become a snapshot or a file. Writes nothing. */
export const compareWithEnvironment = ({ app, inPlay, documents, changes }: Needs): Command => ({
  id: 'kongBackup.compareWithEnvironment',
  async run(call, arg, target) {
    const core = await app.get();
    const wanted = await chooseSide(core, arg);
    if (!wanted) return;
    const named =
      typeof target === 'string' ? target : snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
    const title = vscode.l10n.t('Compare with which environment?');
    const environment = wanted.manifest
      ? await pickTarget(core, wanted.manifest, named, title)
      : await pickEnvironment(core, named, title);
    if (!environment) return;
    inPlay.set(environment);
    const heading = vscode.l10n.t('{0} compared with {1}', environment.name, wanted.name);
    const comparison = await call.withProgress(heading, (context) =>
      core.compare({ live: environment.name }, wanted.side, context),
    );
    changes.open({ title: `${vscode.l10n.t('{0} live', environment.name)} ↔ ${wanted.name}`, comparison });
    const facts = [
      vscode.l10n.t('Environment: {0} ({1})', environment.name, environment.adminUrl),
      vscode.l10n.t('What would have to change in it to become {0}. Nothing was written.', wanted.name),
    ];
    await documents.open(heading, {
      text: comparisonText(comparison, { title: heading, facts }),
      plan: comparison.plan,
    });
  },
});

/** The side that is not the environment: a snapshot from its row, a file from a menu or the editor, or one to be picked. */
async function chooseSide(
  core: App,
  arg: unknown,
): Promise<{ side: Side; name: string; manifest?: Manifest } | undefined> {
  const language = vscode.window.activeTextEditor?.document.languageId;
  if (arg instanceof vscode.Uri || (arg === undefined && language === languageId)) {
    const document = await openDocument(arg, vscode.l10n.t('Compare which file?'));
    const file = document?.uri.fsPath;
    return file === undefined ? undefined : { side: { file }, name: vscode.workspace.asRelativePath(file) };
  }
  const row = snapshotIdOf(arg) === undefined ? undefined : arg;
  const manifest = await pickSnapshot(core, row, { title: vscode.l10n.t('Compare which snapshot?') });
  return manifest && { side: { snapshot: manifest.id }, name: manifest.id, manifest };
}
