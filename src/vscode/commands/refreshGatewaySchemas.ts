import * as vscode from 'vscode';
import { formatTime } from '../format.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'schemas' | 'statusBar'>;

/** Asks the gateway in play for its schemas anew: a plugin of somebody's own changed. */
export const refreshGatewaySchemas = ({ app, inPlay, schemas, statusBar }: Needs): Command => ({
  id: 'kongBackup.refreshGatewaySchemas',
  async run(call, arg) {
    const title = vscode.l10n.t('Refresh the schemas of which gateway?');
    const environment =
      arg === undefined && inPlay.current ? inPlay.current : await pickEnvironment(await app.get(), arg, title);
    if (!environment) return;
    if (environment.id !== inPlay.current?.id) inPlay.set(environment);
    await call.withProgress(vscode.l10n.t('Asking {0} for its schemas', environment.name), () => schemas.refresh());
    const { state } = schemas;
    statusBar.say(
      state.state === 'live'
        ? vscode.l10n.t('Schemas of {0}, {1}', environment.name, formatTime(state.at))
        : vscode.l10n.t('No open file uses schemas of {0} yet', environment.name),
    );
  },
});
