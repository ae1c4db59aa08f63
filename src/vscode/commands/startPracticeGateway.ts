import * as vscode from 'vscode';
import type { NewEnvironment } from '../../app.js';
import { readSettings } from '../settings.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'practice' | 'statuses' | 'inPlay' | 'environments'>;

export const practiceName = 'practice';

/** Starts the practice gateway and sees to it that it stands among the environments. */
export const startPracticeGateway = ({ app, practice, statuses, inPlay, environments }: Needs): Command => ({
  id: 'kongBackup.startPracticeGateway',
  async run() {
    const core = await app.get();
    const adminUrl = await practice.start(readSettings().practicePort);
    const wanted: NewEnvironment = { name: practiceName, adminUrl, mode: 'traditional', scratch: true, color: 'green' };
    const known = (await core.environments()).environments;
    const before = known.find((each) => each.adminUrl === adminUrl) ?? known.find(({ name }) => name === practiceName);
    const environment = !before
      ? await core.addEnvironment(wanted)
      : before.adminUrl === adminUrl
        ? before
        : await core.updateEnvironment(before.name, { ...before, adminUrl });
    statuses.forget(environment);
    inPlay.set(environment);
    await statuses.ask(environment);
    await vscode.commands.executeCommand('kongBackup.environments.focus');
    await environments.show(environment.id);
  },
});
