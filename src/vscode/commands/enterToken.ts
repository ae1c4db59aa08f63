import * as vscode from 'vscode';
import { describeError } from '../errorMessages.js';
import { back } from '../input/answer.js';
import { askText } from '../input/questions.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'tokens' | 'statuses' | 'environments' | 'inPlay' | 'log'>;

/** Asks for an environment's token and keeps it once the gateway took it. Until then the old one stays. */
export const enterToken = ({ app, tokens, statuses, environments, inPlay, log }: Needs): Command => ({
  id: 'kongBackup.enterToken',
  async run(_call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(
      core,
      arg ?? inPlay.current,
      vscode.l10n.t('The token of which environment?'),
    );
    if (!environment) return;
    const place = { title: environment.name, step: 1, totalSteps: 1, canGoBack: false };
    const token = await askText(place, {
      prompt: vscode.l10n.t('Its token. It is kept in the editor’s secret storage, never in a file.'),
      password: true,
      async check(text) {
        if (text === '') return vscode.l10n.t('The gateway wants a token.');
        log.hide(text);
        try {
          const info = await core.probe(environment, { signal: new AbortController().signal, log, report() {} }, text);
          statuses.set(environment, { state: 'reachable', info });
          return undefined;
        } catch (error) {
          return log.safe(describeError(error).text);
        }
      },
    });
    if (token === undefined || token === back) return;
    await tokens.set(environment, token);
    environments.refresh();
  },
});
