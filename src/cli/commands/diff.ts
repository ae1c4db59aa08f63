import { statSync } from 'node:fs';
import type { App, Side } from '../../app.js';
import { countChanges, isEmptyPlan } from '../../core/change.js';
import { isKongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { planData, planText } from '../text.js';

export const diffCommand: CommandSpec = {
  name: 'diff',
  summary: 'What would have to change for A to become B.',
  example: 'kong-backup diff live:production production/latest',
  declare(command) {
    const what = 'a snapshot (its id, or ENVIRONMENT/latest), a file, or live:ENVIRONMENT';
    command.argument('<a>', what).argument('<b>', what);
  },
  async run([a, b], { app, context }) {
    const product = await app();
    const [from, to] = await Promise.all([sideOf(product, a as string), sideOf(product, b as string)]);
    const plan = await product.compare(from, to, context);
    const isSame = isEmptyPlan(plan);
    return {
      data: { counts: countChanges(plan), plan: planData(plan) },
      text: isSame ? 'No differences.' : planText(plan),
      verdict: isSame ? 0 : 1,
    };
  },
};

/** A file that exists is meant before a snapshot of that name. */
async function sideOf(app: App, text: string): Promise<Side> {
  if (text.startsWith('live:')) return { live: text.slice('live:'.length) };
  if (statSync(text, { throwIfNoEntry: false })?.isFile()) return { file: text };
  try {
    return { snapshot: (await app.snapshot(text)).id };
  } catch (error) {
    // What looks like a file is complained of as a file.
    if (isKongBackupError(error, 'snapshot-missing') && /\.(ya?ml|json)$/i.test(text)) return { file: text };
    throw error;
  }
}
