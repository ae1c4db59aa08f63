import type { Comparison } from '../../app.js';
import { countChanges, isEmptyPlan } from '../../core/change.js';
import type { CommandCall, CommandSpec } from '../commandSpec.js';
import { comparisonMarkdown } from '../markdown.js';
import { sameReasons, sameText } from '../sameText.js';
import { fileOf, sideOf } from '../sides.js';
import { gapText, planData, planText } from '../text.js';

export const diffCommand: CommandSpec = {
  name: 'diff',
  summary: 'What would have to change for A to become B.',
  formats: ['markdown'],
  example: 'kong-backup diff live:production production/latest',
  declare(command) {
    const what =
      'a snapshot (its id, or ENVIRONMENT/latest), a file or folder, or live:ENVIRONMENT; @WORKSPACE behind it names one';
    command
      .argument('<a>', what)
      .argument('<b>', what)
      .option('--explain', 'tell, too, what reads differently and is no difference, with the reason');
  },
  async run([a, b, given], call) {
    const comparison = await compare(a as string, b as string, given as CompareFlags, call);
    return {
      get data() {
        return dataOf(comparison);
      },
      get text() {
        return textOf(comparison);
      },
      get markdown() {
        return comparisonMarkdown(comparison, a as string, b as string);
      },
      verdict: isEmptyPlan(comparison.plan) && isWhole(comparison) ? 0 : 1,
    };
  },
};

const dataOf = ({ plan, unknown, notCompared, selectTags, same, warnings }: Comparison): object => ({
  counts: countChanges(plan),
  plan: planData(plan),
  unknown,
  notCompared,
  ...(selectTags && { selectTags }),
  ...(same && { same: same.map((each) => ({ ...each, why: sameReasons[each.reason] })) }),
  warnings,
});

interface CompareFlags {
  explain?: boolean;
}

async function compare(
  a: string,
  b: string,
  { explain = false }: CompareFlags,
  { app, fileApp, context, workingFolder }: CommandCall,
): Promise<Comparison> {
  const [one, other] = [fileOf(a, workingFolder), fileOf(b, workingFolder)];
  // Files need but a part of the app.
  if (one !== undefined && other !== undefined) {
    return (await fileApp()).compareFiles(one, other, context, { explain });
  }
  const product = await app();
  const [from, to] = await Promise.all([sideOf(product, a, workingFolder), sideOf(product, b, workingFolder)]);
  return product.compare(from, to, context, { explain });
}

const isWhole = ({ unknown, notCompared }: Comparison): boolean => unknown.length === 0 && notCompared.length === 0;

function textOf(comparison: Comparison): string {
  const { plan, unknown, notCompared, selectTags, same, warnings } = comparison;
  const nothing = isWhole(comparison) ? 'No differences.' : 'Nothing differs in what could be compared.';
  return [
    isEmptyPlan(plan) ? nothing : planText(plan),
    ...(selectTags ? [`Compared: only what has the tags ${selectTags.join(', ')}.`] : []),
    ...(same ? sameText(same) : []),
    ...notCompared.map((workspace) => `not compared: workspace ${workspace}: only one side is known.`),
    ...unknown.map((gap) => `not compared: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}
