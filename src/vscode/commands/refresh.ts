import type { Workbench } from '../workbench.js';
import { EnvironmentNode } from '../tree/environmentNode.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'statuses' | 'environments' | 'snapshots'>;

/** Reads the trees again and asks every gateway, or the one of a row, how it is. None waits for another. */
export const refresh = ({ app, statuses, environments, snapshots }: Needs): Command => ({
  id: 'kongBackup.refresh',
  async run(_call, arg) {
    if (arg instanceof EnvironmentNode) {
      environments.readAgain(arg);
      await Promise.allSettled([statuses.ask(arg.environment)]);
      return;
    }
    statuses.clear();
    environments.refresh();
    snapshots.refresh();
    const { environments: all } = await (await app.get()).environments();
    // What a gateway failed with stands beside its name in the tree.
    await Promise.allSettled(all.map((environment) => statuses.ask(environment)));
  },
});
