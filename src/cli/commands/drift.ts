import type { Drift, EnvironmentDrift } from '../../app.js';
import { countChanges } from '../../core/change.js';
import { KongBackupError } from '../../core/errors.js';
import type { CommandSpec } from '../commandSpec.js';
import { comparisonMarkdown } from '../markdown.js';
import { noEnvironments } from '../noEnvironments.js';
import { gapText, planData, planText, table } from '../text.js';

interface DriftFlags {
  all?: boolean;
  since?: string;
}

export const driftCommand: CommandSpec = {
  name: 'drift',
  summary: 'What changed in a gateway since its last snapshot.',
  formats: ['markdown'],
  example: 'kong-backup drift production',
  declare(command) {
    command
      .argument('[environment]', 'a name from the environments file')
      .option('--all', 'every environment; one that fails stands in the way of no other')
      .option('--since <snapshot>', 'compare with this snapshot instead of the newest');
  },
  async run([name, given], { app, context, environmentsFile, format, print }) {
    const { all, since } = given as DriftFlags;
    if (all ? name !== undefined || since !== undefined : name === undefined) throw whichOne();
    const product = await app();
    if (all) {
      const told = (done: EnvironmentDrift): void => {
        if (format === 'jsonl') print({ data: allData(done), text: '' });
      };
      const found = await product.driftOfAll(context, told);
      if (found.length === 0) throw await noEnvironments('kong-backup drift --all', environmentsFile);
      const isEqual = found.every(({ result }) => result === 'equal');
      const isAsked = found.every(({ result }) => result !== 'failed');
      return { data: found.map(allData), text: table(found.map(rowOf)), verdict: isEqual ? 0 : isAsked ? 1 : 3 };
    }
    const environment = await product.environment(name as string);
    const drift = await product.drift(environment, since === undefined ? {} : { snapshot: since }, context);
    return {
      data: driftData(drift),
      text: textOf(drift),
      markdown: comparisonMarkdown(drift.comparison, drift.snapshot, `live:${drift.environment}`),
      verdict: drift.result === 'equal' ? 0 : 1,
    };
  },
};

const allData = (drift: EnvironmentDrift): unknown => (drift.result === 'failed' ? drift : driftData(drift));

function driftData({ comparison, ...drift }: Drift): unknown {
  const { plan, unknown, notCompared, selectTags, warnings } = comparison;
  const scope = selectTags ? { selectTags } : {};
  return { ...drift, counts: countChanges(plan), plan: planData(plan), unknown, notCompared, ...scope, warnings };
}

function rowOf(drift: EnvironmentDrift): string[] {
  if (drift.result === 'failed') return [drift.environment, 'FAILED', `${drift.code}: ${drift.reason}`];
  const { creates, updates, deletes } = countChanges(drift.comparison.plan);
  return [drift.environment, drift.result, `+${creates} ~${updates} -${deletes}`, `since ${drift.snapshot}`];
}

const verdicts: Readonly<Record<Drift['result'], string>> = {
  equal: 'equals',
  drifted: 'has changed since',
  unproved: 'equals, as far as it could be compared,',
};

function textOf({ environment, snapshot, result, comparison }: Drift): string {
  const { plan, unknown, notCompared, selectTags, warnings } = comparison;
  return [
    `${environment} ${verdicts[result]} ${snapshot}${result === 'drifted' ? ':' : '.'}`,
    ...(result === 'drifted' ? [planText(plan)] : []),
    ...(selectTags ? [`Compared: only what has the tags ${selectTags.join(', ')}.`] : []),
    ...notCompared.map((workspace) => `not compared: workspace ${workspace}: only one side is known.`),
    ...unknown.map((gap) => `not compared: ${gapText(gap)}`),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
  ].join('\n');
}

const whichOne = (): KongBackupError =>
  new KongBackupError('environment-missing', {
    place: 'kong-backup drift',
    reason: 'It takes either the name of one environment or --all.',
    remedy: 'Name one, or add --all.',
  });
