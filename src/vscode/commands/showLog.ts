import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

export const showLog = ({ log }: Pick<Workbench, 'log'>): Command => ({
  id: 'kongBackup.showLog',
  async run() {
    log.channel.show();
  },
});
