import type { OperationContext } from '../../../core/context.js';
import type { Command, MigrationSection } from '../../../core/environmentSections.js';
import { KongBackupError } from '../../../core/errors.js';
import { milliseconds } from '../../../core/fieldChecks.js';
import type { Json } from '../../../core/json.js';
import type { MigrationStep, StepFinding, StepOutcome } from '../../../core/migration.js';
import type { StepCall, StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';
import { readTraffic, type Traffic, trafficBetween, type TrafficShare } from '../traffic.js';
import { lastWords } from './words.js';

export const canarySteps = ['canary-1', 'canary-5', 'canary-10', 'canary-50', 'canary-100'] as const;
type CanaryStep = (typeof canarySteps)[number];

const isCanary = (step: MigrationStep): step is CanaryStep => (canarySteps as readonly string[]).includes(step);

/** The share of traffic that a step sends to green; undefined for another step. */
export const percentOf = (step: MigrationStep): number | undefined =>
  isCanary(step) ? Number(step.slice('canary-'.length)) : undefined;

type Split = NonNullable<MigrationSection['canary']>;

const defaults = { hold: '15m', every: '10s', maxErrorShare: 0.01 };
/** Fewer requests than this say nothing about a share. */
const fewRequests = 20;

/** The operator's command for a share of traffic, as it will be run. */
export const splitCommand = ({ command }: Split, percent: number): Command =>
  command.map((word) => word.replaceAll('{percent}', String(percent))) as unknown as Command;

/**
 * Sends a share of the traffic to green by the operator's own command, then watches green for the hold time. A breach of a limit
 * ends the step at once and proposes the way back; nothing is taken back by itself.
 */
export const canary = (tools: MigrationTools, step: CanaryStep): StepWork => ({
  step,
  async run(call, context): Promise<StepOutcome> {
    const percent = percentOf(step) ?? 0;
    const split = splitOf(call);
    const command = splitCommand(split, percent);
    const { exitCode, stdout, stderr } = await tools.run(command, { KONG_BACKUP_PERCENT: String(percent) }, context);
    if (exitCode !== 0) {
      throw new KongBackupError('tool-failed', {
        place: command[0],
        reason: `It ended with ${exitCode}. ${lastWords(stderr || stdout)}`.trim(),
        remedy: `Look where the traffic goes now, and roll back by: ${wayBack(split)}.`,
      });
    }
    return watch(tools, call, split, percent, context);
  },
});

export type CanarySides = Pick<StepCall, 'blue' | 'green'>;

/** @throws KongBackupError `environment-invalid` where nobody named it. */
export function splitOf({ green, blue }: CanarySides): Split {
  const split = green.migration?.canary ?? blue.migration?.canary;
  if (split) return split;
  throw new KongBackupError('environment-invalid', {
    place: green.name,
    reason: 'Nobody said how traffic is split between blue and green.',
    remedy:
      'Write migration.canary into the environment: command (with {percent} in it) and rollback; or leave the step out, with a reason.',
  });
}

const wayBack = ({ rollback }: Split): string => rollback.join(' ');

interface Watched {
  first: Traffic | undefined;
  last: Traffic | undefined;
  looks: number;
  /** How many looks in a row got no figures. */
  missed: number;
  /** What each look found, for a drawing: error share and mean latency since the beginning. */
  samples: Sample[];
}

/** Seconds since the watch began. */
interface Sample extends TrafficShare {
  at: number;
}

/** After so many looks without figures that were there before, something is wrong with green. */
const mostMissed = 3;
/** So many points are kept; when there are more, every second goes. */
const mostSamples = 120;

async function watch(
  tools: MigrationTools,
  { green }: StepCall,
  split: Split,
  percent: number,
  context: OperationContext,
): Promise<StepOutcome> {
  const { hold = defaults.hold, every = defaults.every } = split;
  const until = tools.now().getTime() + milliseconds(hold);
  const metricsUrl = green.migration?.metricsUrl;
  const read = async (): Promise<Traffic | undefined> => {
    const text = metricsUrl === undefined ? undefined : await tools.metrics(green, metricsUrl, context);
    return text === undefined ? undefined : readTraffic(text);
  };
  const begun = tools.now().getTime();
  const watched: Watched = { first: await read(), last: undefined, looks: 0, missed: 0, samples: [] };
  for (;;) {
    context.report({ step: 'checks', subject: `${percent} %`, done: watched.looks });
    look(watched, await read(), Math.round((tools.now().getTime() - begun) / 1000));
    const breach = breachOf(split, watched) ?? failedChecks(await tools.checks(green, context));
    if (breach !== undefined) return broken(split, percent, breach, watched);
    const left = until - tools.now().getTime();
    if (left <= 0) return held(split, percent, watched);
    await tools.wait(Math.min(milliseconds(every), left), context);
  }
}

function look(watched: Watched, traffic: Traffic | undefined, at: number): void {
  watched.looks++;
  watched.missed = traffic ? 0 : watched.missed + 1;
  watched.first ??= traffic;
  watched.last = traffic ?? watched.last;
  if (!traffic || !watched.first) return;
  watched.samples.push({ at, ...trafficBetween(watched.first, traffic) });
  if (watched.samples.length > mostSamples) watched.samples = watched.samples.filter((_, index) => index % 2 === 0);
}

function breachOf({ maxErrorShare = defaults.maxErrorShare, maxLatency }: Split, watched: Watched): string | undefined {
  if (!watched.first || !watched.last) return undefined;
  if (watched.missed >= mostMissed) return `Green gave no figures at ${watched.missed} looks in a row.`;
  const { requests, errorShare, latency } = trafficBetween(watched.first, watched.last);
  if (requests < fewRequests) return undefined;
  if (errorShare > maxErrorShare) {
    return `${percentText(errorShare)} of green's answers are server errors; the limit is ${percentText(maxErrorShare)}.`;
  }
  if (maxLatency !== undefined && latency !== undefined && latency > maxLatency) {
    return `Green takes ${latency} ms a request; the limit is ${maxLatency} ms.`;
  }
  return undefined;
}

function failedChecks(answers: readonly { name: string; passed: boolean; problems: string[] }[]): string | undefined {
  const [first] = answers.filter(({ passed }) => !passed);
  return first && `The check "${first.name}" fails on green: ${first.problems.join(' ')}`;
}

const percentText = (share: number): string => `${(share * 100).toFixed(1)} %`;

function figuresOf(percent: number, { first, last, looks }: Watched): StepOutcome['figures'] {
  const share = first && last ? trafficBetween(first, last) : undefined;
  return {
    traffic: `${percent} %`,
    looks,
    ...(share && { requests: share.requests, 'server errors': percentText(share.errorShare) }),
    ...(share?.latency !== undefined && { 'latency in ms': share.latency }),
  };
}

function broken(split: Split, percent: number, breach: string, watched: Watched): StepOutcome {
  return {
    result: 'attention',
    summary: `Green does not hold at ${percent} %: roll back.`,
    figures: figuresOf(percent, watched),
    findings: [
      {
        severity: 'stop',
        message: breach,
        remedy: `Roll back now by: ${wayBack(split)}. Mend green, then run this step again.`,
      },
    ],
    data: dataOf(watched, true),
  };
}

function held(split: Split, percent: number, watched: Watched): StepOutcome {
  const findings: StepFinding[] = little(watched).map((message) => ({ severity: 'attention', message }));
  return {
    result: findings.length > 0 ? 'attention' : 'done',
    summary: `Green held ${percent} % of the traffic for ${split.hold ?? defaults.hold}.`,
    figures: figuresOf(percent, watched),
    findings,
    data: dataOf(watched, false),
  };
}

/** What keeps a watch from saying much. */
function little({ first, last }: Watched): string[] {
  if (!first || !last) return ["Green's metrics were not read: only the smoke checks were watched."];
  const { requests } = trafficBetween(first, last);
  return requests < fewRequests ? [`Only ${requests} requests came to green meanwhile: that says little of it.`] : [];
}

const dataOf = ({ samples }: Watched, breached: boolean): Json => ({
  breached,
  samples: samples.map(({ at, requests, errorShare, latency }) => ({
    ...{ at, requests, errorShare },
    ...(latency !== undefined && { latency }),
  })),
});
