import type { SmokeCheck } from '../../../core/smokeChecks.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { CheckAnswer } from '../../smokeChecks.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

/** The same requests through blue's proxy and green's, side by side. */
export const regressionTests = (tools: MigrationTools): StepWork => ({
  step: 'regression-tests',
  async run({ blue, green }, context): Promise<StepOutcome> {
    const checks = (blue.checks ?? []).length > 0 ? blue.checks : green.checks;
    if (!checks || checks.length === 0) {
      return {
        result: 'attention',
        summary: 'There are no checks, so nothing was tried.',
        figures: { checks: 0 },
        findings: [
          {
            severity: 'stop',
            message: 'Neither blue nor green has smoke checks.',
            remedy:
              'Write some under `checks` in the environments file, with the `proxyUrl` of both, and run this step again.',
          },
        ],
      };
    }
    const [before, after] = [
      await tools.checks({ ...blue, checks }, context),
      await tools.checks({ ...green, checks }, context),
    ];
    const findings = checks.flatMap((check, index) => {
      const [was, is] = [before[index], after[index]];
      return was && is ? differences(check, was, is) : [];
    });
    return {
      result: findings.length > 0 ? 'attention' : 'done',
      summary:
        findings.length > 0
          ? `${findings.length} of ${checks.length} checks differ between blue and green.`
          : `${checks.length} checks answer alike on blue and green.`,
      figures: {
        checks: checks.length,
        'passed on blue': before.filter(({ passed }) => passed).length,
        'passed on green': after.filter(({ passed }) => passed).length,
      },
      findings,
      data: checks.map(({ name }, index) => ({ name, blue: kept(before[index]), green: kept(after[index]) })),
    };
  },
});

/** Of a body so much is kept for a person to compare. */
const mostKept = 20_000;

function kept(answer: CheckAnswer | undefined) {
  if (!answer) return null;
  const { status = null, duration, passed, problems, body } = answer;
  return { status, duration, passed, problems, body: new TextDecoder().decode(body.subarray(0, mostKept)) };
}

function differences(check: SmokeCheck, was: CheckAnswer, is: CheckAnswer): StepFinding[] {
  const reasons = [
    ...(was.status === is.status ? [] : [`status ${was.status ?? 'none'} on blue, ${is.status ?? 'none'} on green`]),
    ...(check.compareHeaders ?? [])
      .filter((name) => was.headers[name.toLowerCase()] !== is.headers[name.toLowerCase()])
      .map((name) => `header ${name}`),
    ...(isSameBody(check, was.body, is.body) ? [] : ['body']),
    ...(is.passed ? [] : is.problems),
  ];
  if (reasons.length === 0) return [];
  return [
    {
      // What fails on both was not broken by the move.
      severity: was.passed && !is.passed ? 'stop' : 'attention',
      message: `${check.name}: ${reasons.join('; ')}`,
      remedy: 'Mend green, then run this step again.',
    },
  ];
}

function isSameBody({ compareBody = 'ignore' }: SmokeCheck, was: Uint8Array, is: Uint8Array): boolean {
  if (compareBody === 'ignore') return true;
  if (Buffer.compare(was, is) === 0) return true;
  if (compareBody === 'exact') return false;
  const [a, b] = [was, is].map(sorted);
  return a !== undefined && a === b;
}

/** The same text for the same JSON, whatever the order of its keys. */
function sorted(body: Uint8Array): string | undefined {
  try {
    return JSON.stringify(JSON.parse(new TextDecoder().decode(body)) as unknown, (_key, value: unknown) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    );
  } catch {
    return undefined;
  }
}
