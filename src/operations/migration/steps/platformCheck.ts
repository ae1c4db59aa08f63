import type { OperationContext } from '../../../core/context.js';
import type { Environment, GatewayInfo } from '../../../core/environment.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';
import { isReachable } from './observability.js';

/** Whether green is what blue can be moved to: the same version, ready, empty, with all that blue uses. Nothing is written. */
export const platformCheck = (tools: MigrationTools): StepWork => ({
  step: 'platform-check',
  async run({ blue, green }, context): Promise<StepOutcome> {
    const [from, to] = [await tools.probe(blue, context), await tools.probe(green, context)];
    const workspaces = blue.workspaces ?? from.workspaces;
    const entities = await entitiesIn(tools, green, to, context);
    const used = await tools.pluginsInUse(blue, workspaces, context);
    const findings = [
      ...versionFindings(from, to),
      ...readiness(to, entities),
      ...(isReachable(await tools.status(green, context)) ? [] : [databaseAway]),
      ...pluginFindings(used, to),
      ...workspaceFindings(workspaces, to),
      ...(await partFindings(tools, blue, green, context)),
    ];
    const stops = findings.filter(({ severity }) => severity === 'stop').length;
    return {
      result: findings.some(({ severity }) => severity !== 'information') ? 'attention' : 'done',
      summary:
        stops > 0
          ? `Green is not ready: ${stops} things stand in the way.`
          : 'Blue and green are reachable, and green is ready.',
      figures: {
        'blue version': from.version,
        'green version': to.version,
        'blue mode': `${from.mode}, ${from.database}`,
        'green mode': `${to.mode}, ${to.database}`,
        workspaces: workspaces.length,
        'plugins in use': used.length,
        'entities in green': entities,
      },
      findings,
      data: { workspaces: [...workspaces] },
    };
  },
});

async function entitiesIn(
  tools: MigrationTools,
  green: Environment,
  { workspaces, mode }: GatewayInfo,
  context: OperationContext,
): Promise<number> {
  if (mode === 'dbless') return 0;
  let all = 0;
  for (const workspace of workspaces) {
    const { counts } = await tools.counts(green, workspace, context);
    all += Object.values(counts).reduce((sum, count) => sum + count, 0);
  }
  return all;
}

function versionFindings(from: GatewayInfo, to: GatewayInfo): StepFinding[] {
  const findings: StepFinding[] = [];
  if (from.version !== to.version) {
    findings.push({
      severity: 'stop',
      message: `Blue runs Kong ${from.version}, green ${to.version}.`,
      remedy:
        'Bring blue and green to the same version first: an upgrade by itself, then the migration. Override it only with a reason.',
    });
  }
  if (from.edition !== to.edition) {
    findings.push({
      severity: from.edition === 'enterprise' ? 'stop' : 'attention',
      message: `Blue is the ${from.edition} edition, green the ${to.edition} edition.`,
      remedy: 'Build green with the edition of blue.',
    });
  }
  return findings;
}

function readiness({ mode, database }: GatewayInfo, entities: number): StepFinding[] {
  if (mode === 'dbless') {
    return [
      {
        severity: 'stop',
        message: 'Green has no database: nothing can be synced into it.',
        remedy: 'Connect green to a PostgreSQL database, and bootstrap it.',
      },
    ];
  }
  const findings: StepFinding[] = [];
  if (database !== 'postgres') {
    findings.push({
      severity: 'attention',
      message: `Green keeps its configuration in ${database}, not in PostgreSQL.`,
    });
  }
  if (entities > 0) {
    findings.push({
      severity: 'stop',
      message: `Green is not empty: it holds ${entities} entities. The sync would delete what blue does not have.`,
      remedy: 'Clean up what was deployed to test green, then run this step again.',
    });
  }
  return findings;
}

const databaseAway: StepFinding = {
  severity: 'stop',
  message: "Green's database is not reachable.",
  remedy: 'See the logs of green and of its database.',
};

function pluginFindings(used: readonly string[], { plugins, version }: GatewayInfo): StepFinding[] {
  if (plugins.length === 0) return [];
  return used
    .filter((name) => !plugins.includes(name))
    .map((name) => ({
      severity: 'stop',
      message: `Blue uses the plugin ${name}, which green (Kong ${version}) does not have.`,
      remedy: 'Install it on every node of green and name it in `plugins` of kong.conf.',
    }));
}

function workspaceFindings(wanted: readonly string[], { workspaces, edition }: GatewayInfo): StepFinding[] {
  const missing = wanted.filter((name) => !workspaces.includes(name));
  if (missing.length === 0) return [];
  const message = `Green does not have these workspaces: ${missing.join(', ')}.`;
  return edition === 'enterprise'
    ? [{ severity: 'information', message: `${message} The sync creates them.` }]
    : [{ severity: 'stop', message, remedy: 'An open-source gateway has one workspace: use Enterprise for green.' }];
}

/** What blue has beside its entities, and green may lack. */
async function partFindings(
  tools: MigrationTools,
  blue: Environment,
  green: Environment,
  context: OperationContext,
): Promise<StepFinding[]> {
  const [from, to] = [await tools.planBackup(blue, context), await tools.planBackup(green, context)];
  const has = ({ parts }: typeof from, kind: string): boolean =>
    parts.some(({ part, counts }) => part === kind && !isNone(counts));
  const findings: StepFinding[] = [];
  if (has(from, 'licences') && !has(to, 'licences')) {
    findings.push({
      severity: 'attention',
      message: 'Blue has a licence by the Admin API, green has none.',
      remedy: 'Deploy a licence to green.',
    });
  }
  if (has(from, 'keyring') && !has(to, 'keyring')) {
    findings.push({
      severity: 'attention',
      message: 'Blue encrypts fields of its database with a keyring, green has none.',
      remedy:
        'Enable the keyring on green before the sync if its database has to be encrypted too. The dump holds the fields in clear.',
    });
  }
  return findings;
}

const isNone = (counts: Readonly<Record<string, number>> | undefined): boolean =>
  counts !== undefined && Object.values(counts).every((count) => count === 0);
