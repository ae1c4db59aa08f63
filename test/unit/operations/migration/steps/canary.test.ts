import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../../../src/core/context.js';
import type { Environment } from '../../../../../src/core/environment.js';
import { canary, splitCommand } from '../../../../../src/operations/migration/steps/canary.js';
import type { MigrationTools } from '../../../../../src/operations/migration/tools.js';

const split = { command: ['split', '--to={percent}'], rollback: ['back'], hold: '60s', every: '10s' } as const;
const environment = (name: string, canaryOf?: object): Environment =>
  ({ id: name, name, adminUrl: 'http://127.0.0.1:9', mode: 'traditional', ...canaryOf }) as Environment;

const metricsOf = ([ok, errors, latency = 10]: readonly number[]): string =>
  `kong_http_requests_total{code="200"} ${ok}\nkong_http_requests_total{code="500"} ${errors}\n` +
  `kong_request_latency_ms_sum{} ${(ok ?? 0) * latency}\nkong_request_latency_ms_count{} ${ok}\n`;

/** Runs the step over these readings, one a look; undefined: nothing answers. The clock is moved by the waits alone. */
async function watched(readings: readonly (readonly number[] | undefined)[], limits: object = {}) {
  const clock = { now: 0, at: 0 };
  const tools: Partial<MigrationTools> = {
    run: () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' }),
    metrics: () => {
      const reading = readings[Math.min(clock.at++, readings.length - 1)];
      return Promise.resolve(reading && metricsOf(reading));
    },
    checks: () => Promise.resolve([]),
    wait: (time) => {
      clock.now += time;
      return Promise.resolve();
    },
    now: () => new Date(clock.now),
  };
  const green = environment('green', { migration: { metricsUrl: 'http://m', canary: { ...split, ...limits } } });
  const call = { migration: {} as never, blue: environment('blue'), green, input: {} };
  return canary(tools as MigrationTools, 'canary-5').run(call, quietContext());
}

describe('a canary', () => {
  it('puts the share into the command', () => {
    expect(splitCommand({ command: ['split', '--to={percent}'], rollback: ['back'] }, 5)).toEqual(['split', '--to=5']);
  });

  it('holds for the whole time, and keeps what each look found', async () => {
    const outcome = await watched([0, 100, 200, 300, 400, 500, 600, 700].map((ok) => [ok, 0]));
    expect(outcome).toMatchObject({
      result: 'done',
      findings: [],
      figures: { looks: 7, requests: 700 },
      data: { breached: false },
    });
    expect((outcome.data as { samples: unknown[] }).samples).toHaveLength(7);
  });

  it('ends at the first breach, of errors or of latency', async () => {
    const errors = await watched([
      [0, 0],
      [90, 10],
    ]);
    expect(errors).toMatchObject({
      data: { breached: true },
      figures: { looks: 1 },
      findings: [{ severity: 'stop', remedy: expect.stringContaining('Roll back now by: back') as string }],
    });
    const slow = await watched(
      [
        [0, 0],
        [100, 0, 500],
      ],
      { maxLatency: 400 },
    );
    expect(slow.findings[0]?.message).toBe('Green takes 500 ms a request; the limit is 400 ms.');
  });

  it('does not take silence for health', async () => {
    const silent = await watched([[0, 0], [100, 0], undefined]);
    expect(silent.findings[0]?.message).toBe('Green gave no figures at 3 looks in a row.');
    const late = await watched([undefined, [100, 0], [190, 10]]);
    expect(late.findings[0]?.severity).toBe('stop');
    const quiet = await watched([
      [0, 0],
      [5, 0],
    ]);
    expect(quiet).toMatchObject({
      result: 'attention',
      findings: [{ message: expect.stringContaining('Only 5') as string }],
    });
  });
});
