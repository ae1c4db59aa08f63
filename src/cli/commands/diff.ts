import { statSync } from 'node:fs';
import type { App, Comparison, Side } from '../../app.js';
import { countChanges, isEmptyPlan } from '../../core/change.js';
import { isKongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { gapText, planData, planText } from '../text.js';

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
    const comparison = await product.compare(from, to, context);
    const { plan, unknown, notCompared, selectTags, warnings } = comparison;
    return {
      data: {
        counts: countChanges(plan),
        plan: planData(plan),
        unknown,
        notCompared,
        ...(selectTags && { selectTags }),
        warnings,
      },
      text: textOf(comparison),
      verdict: isEmptyPlan(plan) && isWhole(comparison) ? 0 : 1,
    };
  },
};

const isWhole = ({ unknown, notCompared }: Comparison): boolean => unknown.length === 0 && notCompared.length === 0;

function textOf(comparison: Comparison): string {
  const { plan, unknown, notCompared, selectTags, warnings } = comparison;
  const nothing = isWhole(comparison) ? 'No differences.' : 'Nothing differs in what could be compared.';
  return [
    isEmptyPlan(plan) ? nothing : planText(plan),
    ...(selectTags ? [`Compared: only what has the tags ${selectTags.join(', ')}.`] : []),
    ...notCompared.map((workspace) => `not compared: workspace ${workspace}: only one side is known.`),
    ...unknown.map((gap) => `not compared: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

/** A file that exists is meant before a snapshot of that name. */
async function sideOf(app: App, text: string): Promise<Side> {
  if (text.startsWith('live:')) return { live: text.slice('live:'.length) };
  if (statSync(text, { throwIfNoEntry: false })?.isFile()) return { file: text };
  try {
    await app.snapshot(text);
    return { snapshot: text };
  } catch (error) {
    // What looks like a file is complained of as a file.
    if (isKongBackupError(error, 'snapshot-missing') && /\.(ya?ml|json)$/i.test(text)) return { file: text };
    throw error;
  }
}
