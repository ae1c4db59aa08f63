import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'practice' | 'statuses' | 'environments'>;

/** Stops the practice gateway; what it held is gone. Its entry stays. */
export const stopPracticeGateway = ({ app, practice, statuses, environments }: Needs): Command => ({
  id: 'kongBackup.stopPracticeGateway',
  async run() {
    const stopped = await practice.stop();
    const { environments: all } = await (await app.get()).environments();
    all.filter(({ adminUrl }) => adminUrl === stopped).forEach((environment) => statuses.forget(environment));
    environments.refresh();
  },
});
