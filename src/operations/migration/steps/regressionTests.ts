import { createHash } from 'node:crypto';
import { canonicalJson } from '../../../core/canonicalJson.js';
import type { Json } from '../../../core/json.js';
import type { SmokeCheck } from '../../../core/smokeChecks.js';
import type { StepFinding, StepOutcome } from '../../../core/migration.js';
import type { CheckAnswer } from '../../smokeChecks.js';
import type { StepWork } from '../runbook.js';
import type { MigrationTools } from '../tools.js';

/** What one check got of both sides. It may hold what is nobody's business: it is never written down. */
export interface RegressionAnswers {
  check: SmokeCheck;
  blue: CheckAnswer;
  green: CheckAnswer;
  /** In words; empty where both are alike, though both may fail. */
  differences: string[];
}

const failsOnBoth = ({ blue, green }: RegressionAnswers): boolean => !blue.passed && !green.passed;

/**
 * The same requests through blue's proxy and green's, side by side.
 * @param told takes the answers, bodies and all, as long as the program runs: the record has only their lengths and hashes.
 */
export const regressionTests = (
  tools: MigrationTools,
  told: (migration: string, answers: readonly RegressionAnswers[]) => void = () => undefined,
): StepWork => ({
  step: 'regression-tests',
  async run({ migration, blue, green }, context): Promise<StepOutcome> {
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
    const answers = checks.flatMap((check, index): RegressionAnswers[] => {
      const [was, is] = [before[index], after[index]];
      return was && is ? [{ check, blue: was, green: is, differences: differences(check, was, is) }] : [];
    });
    told(migration.id, answers);
    const findings = [...answers.flatMap(findingOf), ...sameAddress(checks)];
    return {
      result: findings.length > 0 ? 'attention' : 'done',
      summary: summaryOf(answers),
      figures: {
        checks: checks.length,
        'passed on blue': before.filter(({ passed }) => passed).length,
        'passed on green': after.filter(({ passed }) => passed).length,
      },
      findings,
      data: answers.map((each) => ({
        name: each.check.name,
        blue: kept(each.blue),
        green: kept(each.green),
        differences: each.differences,
      })),
    };
  },
});

function summaryOf(answers: readonly RegressionAnswers[]): string {
  const different = answers.filter((each) => each.differences.length > 0).length;
  const failing = answers.filter(failsOnBoth).length;
  const both = failing > 0 ? ` ${failing} of ${answers.length} fail on both.` : '';
  return different > 0
    ? `${different} of ${answers.length} checks differ between blue and green.${both}`
    : `${answers.length} checks answer alike on blue and green.${both}`;
}

/** Neither headers nor bodies: a hash tells whether two runs got the same. */
function kept({ status, duration, passed, body }: CheckAnswer) {
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return { status: status ?? null, duration, passed, bytes: body.length, hash };
}

function differences(check: SmokeCheck, was: CheckAnswer, is: CheckAnswer): string[] {
  return [
    ...(was.status === is.status ? [] : [`status ${was.status ?? 'none'} on blue, ${is.status ?? 'none'} on green`]),
    ...(check.compareHeaders ?? [])
      .filter((name) => was.headers[name.toLowerCase()] !== is.headers[name.toLowerCase()])
      .map((name) => `the header ${name} differs`),
    ...(isSameBody(check, was.body, is.body) ? [] : [bodyText(was.body, is.body)]),
    ...(was.passed && !is.passed ? is.problems : []),
  ];
}

/** Where they part, and nothing of what they say: that may be nobody's business. */
function bodyText(was: Uint8Array, is: Uint8Array): string {
  const at = was.findIndex((byte, index) => byte !== is[index]);
  const first = (at < 0 ? was.length : at) + 1;
  return `the body differs from byte ${first} on (${was.length} bytes on blue, ${is.length} on green)`;
}

function findingOf(answers: RegressionAnswers): StepFinding[] {
  const { check, blue, green, differences: all } = answers;
  const differs: StepFinding = {
    severity: blue.passed && !green.passed ? 'stop' : 'attention',
    message: `${check.name}: green does not answer as blue does: ${sentence(all)}`,
    remedy: 'Mend green, then run this step again.',
  };
  // What fails on both was not broken by the move, and proves nothing of it.
  const fails: StepFinding = {
    severity: 'attention',
    message: `${check.name}: it fails on blue and on green: ${sentence(green.problems)}`,
    remedy: 'See whether the check asks for the right thing, or mend both sides; then run this step again.',
  };
  return [...(all.length > 0 ? [differs] : []), ...(failsOnBoth(answers) ? [fails] : [])];
}

/** What follows is another sentence. */
const sentence = (parts: readonly string[]): string => `${parts.join('; ').replace(/\.$/, '')}.`;

/** A whole address is the same on both sides, so it proves nothing. */
const sameAddress = (checks: readonly SmokeCheck[]): StepFinding[] =>
  checks
    .filter(({ url }) => url !== undefined)
    .map(({ name }) => ({
      severity: 'attention',
      message: `${name}: it names a whole url, so blue and green were asked at the same place.`,
      remedy: 'Give it a path instead, and both environments their proxyUrl.',
    }));

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
    return canonicalJson(JSON.parse(new TextDecoder().decode(body)) as Json);
  } catch {
    return undefined;
  }
}
