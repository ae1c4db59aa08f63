import type { Workbench } from '../workbench.js';
import { askForEnvironment } from '../input/environmentForm.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'tokens' | 'statuses' | 'inPlay' | 'environments' | 'log'>;

/** Asks for an environment and writes it into the environments file; its token goes to the secret storage. */
export const addEnvironment = ({ app, tokens, statuses, inPlay, environments, log }: Needs): Command => ({
  id: 'kongBackup.addEnvironment',
  async run() {
    const core = await app.get();
    const taken = (await core.environments()).environments.map(({ name }) => name);
    const filled = await askForEnvironment({ app: core, log, taken }, undefined);
    if (!filled) return;
    const environment = await core.addEnvironment(filled.environment);
    if (filled.token !== undefined) await tokens.set(environment, filled.token);
    if (filled.info) statuses.set(environment, { state: 'reachable', info: filled.info });
    inPlay.set(environment);
    await environments.show(environment.id);
  },
});
