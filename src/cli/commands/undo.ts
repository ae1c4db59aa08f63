import type { CommandSpec } from '../commandSpec.js';
import { declareRunOptions, runPlan, type RunFlags } from '../restoreRun.js';

export const undoCommand: CommandSpec = {
  name: 'undo',
  summary: 'Take the last restore back: make the gateway what it was before.',
  example: 'kong-backup undo production --dry-run',
  formats: ['markdown'],
  declare(command) {
    declareRunOptions(command)
      .argument('[environment]', 'the last restore into it, or the id of a restore; the last one of all when absent')
      .option('--everything', 'set back, too, what the restore did not touch and somebody else changed since');
  },
  async run([name, flags], call) {
    const product = await call.app();
    const { everything = false, ...run } = flags as RunFlags & { everything?: boolean };
    const plan = await product.planUndo(name as string | undefined, call.context, { everything });
    return runPlan(product, plan, run, call);
  },
};
