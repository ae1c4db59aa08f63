import pLimit from 'p-limit';
import type { OperationContext } from '../core/context.js';
import type { Environment, Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { milliseconds } from '../core/fieldChecks.js';
import { isSecretHeader } from '../core/httpFields.js';
import type { CheckResult, SmokeCheck } from '../core/smokeChecks.js';
import { fillReferences, type SecretPlaces } from './fillReferences.js';
import { pause } from './pause.js';
import type { Targets } from './targets.js';

/** As `gateway/proxyRequest.ts` does it. */
export type SendRequest = (
  target: Pick<Target, 'tls'>,
  request: { url: string; method: string; headers: Record<string, string>; body?: string; timeout: number },
  signal: AbortSignal,
) => Promise<
  { status: number; headers: Record<string, string>; body: Uint8Array; isCut: boolean } | { failure: string }
>;

/** What a check got, for who wants to compare it with another gateway's. */
export interface CheckAnswer extends CheckResult {
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface CheckParts {
  send: SendRequest;
  places: SecretPlaces;
}

/** The checks of environments. */
export interface SmokeChecking {
  /** Sends all of them through its proxy. @throws KongBackupError `environment-invalid`, `secret-missing`, `cancelled`. */
  answers(environment: Environment, context: OperationContext): Promise<CheckAnswer[]>;
  /** The same after something was written, patient with a gateway that is still reading it. */
  again(environment: Environment, before: readonly CheckResult[], context: OperationContext): Promise<CheckAnswer[]>;
}

/** Milliseconds that a gateway gets to read what was written: Kong's workers look every five seconds. */
const settleTime = 15_000;

export function createSmokeChecking(parts: CheckParts & { targets: Targets }): SmokeChecking {
  const { targets } = parts;
  return {
    answers: (environment, context) =>
      targets.run(environment, context, (target, guarded) => runChecks(parts, target, guarded)),
    again: (environment, before, context) =>
      targets.run(environment, context, (target, guarded) =>
        runChecksAgain(parts, target, before, settleTime, guarded),
      ),
  };
}

/** What a person is told of an answer: neither headers nor body. */
export const resultOf = ({ headers: _headers, body: _body, ...result }: CheckAnswer): CheckResult => result;

const atOnce = 4;
const defaultTimeout = '10s';

/**
 * Sends every check of an environment through its proxy.
 * @returns in the order of the file. @throws KongBackupError `environment-invalid`, `secret-missing`, `cancelled`.
 */
export async function runChecks(parts: CheckParts, target: Target, context: OperationContext): Promise<CheckAnswer[]> {
  const { checks = [], name } = target.environment;
  const limit = pLimit(atOnce);
  let done = 0;
  return Promise.all(
    checks.map((check) =>
      limit(async () => {
        const answer = await runCheck(parts, target, check, context);
        context.report({ step: 'checks', subject: name, done: ++done, total: checks.length });
        return answer;
      }),
    ),
  );
}

/** Milliseconds between two looks at a gateway that is still reading what was written. */
const betweenLooks = 500;

/**
 * The same after something was written. Workers of a gateway read it a moment later: what passed before and fails is asked
 * again for a while.
 * @param settle milliseconds.
 */
export async function runChecksAgain(
  parts: CheckParts,
  target: Target,
  before: readonly CheckResult[],
  settle: number,
  context: OperationContext,
): Promise<CheckAnswer[]> {
  const passed = new Set(before.flatMap((each) => (each.passed ? [each.name] : [])));
  const until = Date.now() + settle;
  for (;;) {
    const after = await runChecks(parts, target, context);
    const isBroken = after.some(({ name, passed: does }) => !does && passed.has(name));
    if (!isBroken || Date.now() + betweenLooks > until) return after;
    await pause(betweenLooks, target.environment.name, context.signal);
  }
}

async function runCheck(
  { send, places }: CheckParts,
  target: Target,
  check: SmokeCheck,
  context: OperationContext,
): Promise<CheckAnswer> {
  const { name, method = 'GET', body, timeout = defaultTimeout } = check;
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(check.headers ?? {})) {
    const place = `${target.environment.name}: checks: ${name}: ${header}`;
    headers[header] = (await fillReferences(value, place, places)).text;
  }
  const request = { url: addressOf(target, check), method, headers, timeout: milliseconds(timeout) };
  const begun = performance.now();
  const answer = await send(target, { ...request, ...(body !== undefined && { body }) }, context.signal);
  const duration = Math.round(performance.now() - begun);
  if ('failure' in answer) {
    return { name, passed: false, duration, problems: [answer.failure], headers: {}, body: new Uint8Array() };
  }
  const problems = problemsOf(check, answer);
  return { name, passed: problems.length === 0, status: answer.status, duration, problems, ...contentOf(answer) };
}

const contentOf = ({ headers, body }: { headers: Record<string, string>; body: Uint8Array }) => ({ headers, body });

function addressOf({ environment: { name, proxyUrl } }: Target, check: SmokeCheck): string {
  if (check.url !== undefined) return check.url;
  if (proxyUrl !== undefined) return `${proxyUrl.replace(/\/+$/, '')}${check.path ?? '/'}`;
  throw new KongBackupError('environment-invalid', {
    place: `${name}: checks: ${check.name}`,
    reason: 'It names a path, and the environment does not say where its proxy is.',
    remedy: 'Write proxyUrl into the environment, such as http://localhost:8000, or give the check a whole url.',
  });
}

function problemsOf(
  { status, expectHeaders = {} }: SmokeCheck,
  answer: { status: number; headers: Record<string, string> },
): string[] {
  const isStatus = status === undefined ? answer.status >= 200 && answer.status < 400 : answer.status === status;
  const wanted = status === undefined ? 'one from 200 to 399' : String(status);
  return [
    ...(isStatus ? [] : [`It answered ${answer.status} instead of ${wanted}.`]),
    ...Object.entries(expectHeaders).flatMap(([name, value]) => {
      const got = answer.headers[name.toLowerCase()];
      if (got === value || (got !== undefined && isSameType(name, got, value))) return [];
      return [
        got === undefined
          ? `The answer has no header ${name}.`
          : isSecretHeader(name)
            ? `${name} has another value.`
            : `${name} is ${JSON.stringify(got.slice(0, 200))} instead of ${JSON.stringify(value)}.`,
      ];
    }),
  ];
}

/** A type that is expected without parameters is met with any, `charset` above all. */
const isSameType = (name: string, got: string, expected: string): boolean =>
  name.toLowerCase() === 'content-type' && got.split(';')[0]?.trim().toLowerCase() === expected.toLowerCase();
