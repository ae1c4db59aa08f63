import * as vscode from 'vscode';
import { askForEnvironment } from '../input/environmentForm.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'tokens' | 'statuses' | 'inPlay' | 'environments' | 'log'>;

/** Asks the questions of *Add Environment* again, answered as they are now. A stored token stays unless another one worked. */
export const editEnvironment = ({ app, tokens, statuses, inPlay, environments, log }: Needs): Command => ({
  id: 'kongBackup.editEnvironment',
  async run(_call, arg) {
    const core = await app.get();
    const before = await pickEnvironment(core, arg, vscode.l10n.t('Edit which environment?'));
    if (!before) return;
    const others = (await core.environments()).environments.filter(({ id }) => id !== before.id);
    const filled = await askForEnvironment({ app: core, log, taken: others.map(({ name }) => name) }, before);
    if (!filled) return;
    const environment = await core.updateEnvironment(before.name, filled.environment);
    if (filled.token !== undefined) await tokens.set(environment, filled.token);
    if (filled.info) statuses.set(environment, { state: 'reachable', info: filled.info });
    else statuses.forget(environment);
    inPlay.set(environment);
    await environments.show(environment.id);
  },
});
