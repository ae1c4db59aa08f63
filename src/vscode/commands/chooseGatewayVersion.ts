import * as vscode from 'vscode';
import { languageId } from '../../languageServer/protocol.js';
import { setFileComment, takesComments } from '../fileComment.js';
import { back } from '../input/answer.js';
import { askOne } from '../input/questions.js';
import type { AppSource } from '../lazyApp.js';
import { section } from '../settings.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'language'> & { app: AppSource<'gatewayVersions'> };
/** Undefined takes the choice back. */
interface Wanted {
  version: string | undefined;
}

/** Names the version of Kong that the active file, or the whole workspace, is checked against. */
export const chooseGatewayVersion = ({ app, language }: Needs): Command => ({
  id: 'kongBackup.chooseGatewayVersion',
  async run() {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.languageId !== languageId) return;
    const info = await language.fileInfo(document.uri);
    const versions = info?.versions ?? (await app.get()).gatewayVersions;
    const title = vscode.l10n.t('Kong version checked against');
    const wanted = await askOne<Wanted>({ title, step: 1, totalSteps: 2, canGoBack: false }, title, [
      {
        label: vscode.l10n.t('Not chosen: the environment’s, or the one that is assumed'),
        choice: { version: undefined },
      },
      ...[...versions].reverse().map((version) => ({
        label: `Kong ${version}`,
        description: version === info?.gatewayVersion ? vscode.l10n.t('now') : '',
        choice: { version },
      })),
    ]);
    if (wanted === undefined || wanted === back) return;
    const scope = await askOne({ title, step: 2, totalSteps: 2, canGoBack: false }, vscode.l10n.t('For what?'), [
      ...(takesComments(document)
        ? [
            {
              label: vscode.l10n.t('This file'),
              description: vscode.l10n.t('Written as a comment at the top of the file'),
              choice: 'file',
            },
          ]
        : []),
      { label: vscode.l10n.t('This workspace'), description: vscode.l10n.t('Written to its settings'), choice: 'all' },
    ]);
    if (scope === 'file') await setFileComment(document, 'gateway-version', wanted.version);
    if (scope === 'all') {
      const configuration = vscode.workspace.getConfiguration(section);
      await configuration.update('validation.gatewayVersion', wanted.version, vscode.ConfigurationTarget.Workspace);
    }
  },
});
