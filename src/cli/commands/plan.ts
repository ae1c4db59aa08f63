import type { BackupPlan, PlannedPart } from '../../core/backupPlan.js';
import type { CommandSpec } from '../commandSpec.js';
import { partAmount } from '../partAmount.js';
import { table } from '../text.js';

export const planCommand: CommandSpec = {
  name: 'plan',
  summary: 'What a backup of a gateway would take, and why.',
  example: 'kong-backup plan production',
  declare(command) {
    command.argument('<environment>', 'a name from the environments file');
  },
  async run([name], { app, context }) {
    const product = await app();
    const plan = await product.planBackup(await product.environment(name as string), context);
    const isPartial = plan.parts.some(({ selected, availability }) => selected && !availability.available);
    return { data: plan, text: textOf(plan), verdict: isPartial ? 1 : 0 };
  },
};

function textOf({ gateway, parts }: BackupPlan): string {
  return [
    `Kong ${gateway.version}, ${gateway.edition}, ${gateway.mode}`,
    table(parts.map(rowOf)),
    '[x] is taken. Choose others with backup --parts, or under "parts" in the environments file.',
  ].join('\n');
}

function rowOf({ part, selected, driver, availability, recommended, reason, counts }: PlannedPart): string[] {
  const state = !availability.available
    ? `can't be taken: ${availability.reason} ${availability.remedy}`
    : `${recommended ? 'recommended. ' : ''}${reason}`;
  return [selected ? '[x]' : '[ ]', part, driver, counts ? partAmount(part, counts) : '', state];
}
