import type { DrillReport } from '../../app.js';
import { drillGateway } from '../../practice/drillGateway.js';
import { schemaFolder } from '../../schema/folder.js';
import type { CommandSpec } from '../commandSpec.js';
import { entities, plural } from '../text.js';

export const drillCommand: CommandSpec = {
  name: 'drill',
  summary: 'Restore a snapshot where it harms nobody, and see whether all of it comes back.',
  example: 'kong-backup drill production/latest',
  declare(command) {
    command
      .argument('<snapshot>', 'its id, or ENVIRONMENT/latest')
      .option('--into <environment>', 'an environment marked `scratch: true` (default: a practice gateway)');
  },
  async run([name, given], { app, context, schemaFolder: folder }) {
    const { into } = given as { into?: string };
    const product = await app();
    if (into !== undefined) {
      const environment = await product.environment(into);
      return outcomeOf(await product.drill(name as string, { environment }, context));
    }
    const { startPracticeGateway } = await import('../../practice/practiceGateway.js');
    const manifest = await product.snapshot(name as string);
    const gateway = await startPracticeGateway(await drillGateway(schemaFolder(folder), manifest));
    try {
      return outcomeOf(await product.drill(manifest.id, { gateway: gateway.url }, context));
    } finally {
      await gateway.close();
    }
  },
};

const outcomeOf = (report: DrillReport) => ({
  data: report,
  text: textOf(report),
  verdict: report.result !== 'equal' ? (1 as const) : report.teardown === 'failed' ? (3 as const) : (0 as const),
});

/** So many are named; the data has all. */
const mostNamed = 20;

const teardowns: Readonly<Record<DrillReport['teardown'], string>> = {
  stopped: 'The practice gateway was stopped.',
  'put-back': 'What the environment held is there again.',
  failed: 'What the environment held could NOT be put back.',
};

function textOf({ snapshot, into, result, equal, differs, unread, breaks, warnings, ...report }: DrillReport): string {
  const seconds = (report.duration / 1000).toFixed(1);
  return [
    result === 'equal'
      ? `${snapshot} comes back whole: ${entities(equal)} restored into ${into.name} (Kong ${into.gateway}) and compared in ${seconds} s.`
      : `${snapshot} does NOT come back whole in ${into.name} (Kong ${into.gateway}): ${differs.length} of ${equal + differs.length} differ.`,
    ...differs
      .slice(0, mostNamed)
      .map(({ kind, label = '', id, action, reason }) => `  ${action} ${kind} ${label || id}: ${reason ?? 'differs'}`),
    ...(differs.length > mostNamed ? [`  and ${differs.length - mostNamed} more`] : []),
    ...(unread > 0 ? [`not proved: ${unread} kinds could not be read back`] : []),
    ...(breaks > 0 ? [`${plural(breaks, 'login')} would stop working: see kong-backup restore --dry-run`] : []),
    ...warnings.map(({ code, message }) => `warning: ${code}: ${message}`),
    teardowns[report.teardown],
  ].join('\n');
}
