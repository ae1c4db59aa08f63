import { isObject, type JsonObject } from '../../../core/json.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import { readTraffic } from '../traffic.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

/** What green says of itself, so that its health can be followed once traffic comes. */
export const observability = (tools: MigrationTools): StepWork => ({
  step: 'observability',
  async run({ green }, context): Promise<StepOutcome> {
    const status = await tools.status(green, context);
    const { metricsUrl, dashboards = [] } = green.migration ?? {};
    const text = metricsUrl === undefined ? undefined : await tools.metrics(green, metricsUrl, context);
    const traffic = text === undefined ? undefined : readTraffic(text);
    const findings: StepFinding[] = [
      ...(isReachable(status)
        ? []
        : [{ severity: 'stop' as const, message: "Green's database is not reachable.", remedy: 'See its logs.' }]),
      ...(metricsUrl === undefined ? [noMetrics] : []),
      ...(metricsUrl !== undefined && text === undefined ? [notAnswered(metricsUrl)] : []),
      ...(dashboards.length === 0 ? [noDashboards] : dashboards.map(dashboard)),
    ];
    return {
      result: findings.some(({ severity }) => severity !== 'information') ? 'attention' : 'done',
      summary: "Green's health is read, and this is what it says now.",
      figures: {
        ...figuresOf(status),
        ...(traffic && { requests: traffic.requests, 'server errors': traffic.errors }),
      },
      findings,
      data: { memory: memoryOf(status) },
    };
  },
});

/** Of `/status`: whether the gateway reaches its database. */
export const isReachable = ({ database }: JsonObject): boolean =>
  !isObject(database) || database['reachable'] !== false;

function figuresOf({ server, database }: JsonObject): Record<string, number | string> {
  const figures: Record<string, number | string> = {};
  if (isObject(database)) figures['database'] = database['reachable'] === true ? 'reachable' : 'not reachable';
  if (!isObject(server)) return figures;
  for (const name of ['connections_active', 'connections_accepted', 'total_requests']) {
    const count = server[name];
    if (typeof count === 'number') figures[name.replaceAll('_', ' ')] = count;
  }
  return figures;
}

/** How full each shared memory is, 0 to 1: one that is full loses what it holds. */
function memoryOf({ memory }: JsonObject): Record<string, number> {
  const all = isObject(memory) ? memory['lua_shared_dicts'] : undefined;
  const shares: Record<string, number> = {};
  for (const [name, each] of Object.entries(isObject(all) ? all : {})) {
    if (!isObject(each)) continue;
    const [used, whole] = [bytesOf(each['allocated_slabs']), bytesOf(each['capacity'])];
    if (used !== undefined && whole) shares[name] = Math.round((used / whole) * 1000) / 1000;
  }
  return shares;
}

const units: Readonly<Record<string, number>> = { b: 1, kib: 1024, mib: 1_048_576, gib: 1_073_741_824 };

/** Kong says `0.04 MiB`. */
function bytesOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const [, number, unit = ''] = typeof value === 'string' ? (/^([\d.]+)\s*(\w+)$/.exec(value) ?? []) : [];
  const factor = units[unit.toLowerCase()];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

const noMetrics: StepFinding = {
  severity: 'attention',
  message:
    "No address of green's metrics is known: while traffic moves over, its error share and latency are judged by the smoke checks alone.",
  remedy: 'Enable the prometheus plugin on green, and write migration.metricsUrl into its environment.',
};

const notAnswered = (url: string): StepFinding => ({
  severity: 'attention',
  message: `${url} does not answer with metrics.`,
  remedy: 'Enable the prometheus plugin and the status listener on green, or correct migration.metricsUrl.',
});

const noDashboards: StepFinding = {
  severity: 'information',
  message: 'No dashboards are named; write their addresses under migration.dashboards to have them at hand.',
};

const dashboard = (url: string): StepFinding => ({ severity: 'information', message: `Dashboard: ${url}` });
