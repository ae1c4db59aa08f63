import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'practice' | 'statuses' | 'environments'>;

/** Stops the practice gateway; what it held is gone. Its entry stays. */
export const stopPracticeGateway = ({ practice, statuses, environments }: Needs): Command => ({
  id: 'kongBackup.stopPracticeGateway',
  async run() {
    await practice.stop();
    statuses.clear();
    environments.refresh();
  },
});
