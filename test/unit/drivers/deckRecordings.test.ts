import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../../src/core/errors.js';
import { deckError } from '../../../src/drivers/deckErrors.js';
import { parseErrors, parseFailure, parseJsonReport, parseTextReport } from '../../../src/drivers/deckOutput.js';

/** Runs of decK against the practice gateway, and more against real Kong where they are kept beside the repository. */
const ours = path.resolve(import.meta.dirname, '../../fixtures/deck');
const shared = path.resolve(import.meta.dirname, '../../../../shared/kong-facts/recordings/deck-output');
const folders = [ours, shared].filter((folder) => existsSync(folder));
if (!folders.includes(shared)) {
  console.warn('SKIPPED: no recordings of decK against real Kong beside the repository; our own are used.');
}

interface Recording {
  deck: string;
  case: string;
  argv: string[];
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

const recordings = folders.flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Recording),
);

const title = ({ deck, case: name, argv }: Recording) => `${deck} ${name}: ${argv.slice(1, 4).join(' ')}`;
const isJson = ({ argv }: Recording) => argv.includes('--json-output');
const compares = ({ argv }: Recording) => argv.includes('diff') || argv.includes('sync');

/** What a person is told, by the case's name. */
const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^401-/, 'gateway-unauthorized'],
  [/^502-/, 'gateway-unreachable'],
  [/^503-on-writes/, 'gateway-busy'],
  [/^bad-addr/, 'environment-invalid'],
  [/^(unreachable|dns-fail|https-to-http|conn-reset)/, 'gateway-unreachable'],
  [/^html-200/, 'gateway-not-kong'],
  [/^wrong-base-path/, 'gateway-not-kong'],
  [/^timeout/, 'gateway-timeout'],
  [/^wrong-workspace-dump/, 'workspace-missing'],
  [
    /^(diff|sync)-(invalid-yaml|tab-yaml|unknown-field|wrong-type|duplicate|missing-ref|empty|env-missing|no-version|missing-file)/,
    'file-invalid',
  ],
  [/^sync-(bad-plugin-config|unknown-plugin)/, 'gateway-rejected'],
  [/^sync-to-dbless/, 'gateway-read-only-mode'],
  [/^dump-full-disk/, 'store-full'],
  [/^dump-(unwritable|dir-missing)/, 'store-unwritable'],
];

describe('recorded diffs and syncs', () => {
  const reports = recordings.filter((run) => compares(run) && run.exitCode !== null);

  it.each(reports.filter((run) => !isJson(run)).map((run) => [title(run), run] as const))('%s', (_title, run) => {
    const report = parseTextReport(run.stdout);
    expect(report !== undefined).toBe(run.stdout.includes('Summary:'));
    if (!report) return;
    const { creates, updates, deletes } = report.counts;
    // Failed events are announced too, and count for nothing.
    expect(report.events.length).toBeGreaterThanOrEqual(creates + updates + deletes);
    if (run.exitCode === 0) expect(report.events).toHaveLength(creates + updates + deletes);
    expect(run.exitCode === 1 ? parseErrors(run.stderr) : ['none']).not.toEqual([]);
  });

  it.each(reports.filter((run) => isJson(run) && run.stdout !== '').map((run) => [title(run), run] as const))(
    '%s',
    (_title, run) => {
      const report = parseJsonReport(run.stdout);
      expect(report).toBeDefined();
      const failed = report!.errors.map(parseFailure);
      expect(failed).not.toContain(undefined);
      expect(report!.events.every(({ id }) => id !== undefined)).toBe(true);
      const { creates, updates, deletes } = report!.counts;
      // Some versions leave out what they did before a failure.
      if (failed.length > 0 && report!.events.length === 0) return;
      expect(report!.events.length - failed.length).toBe(creates + updates + deletes);
    },
  );
});

describe('recorded failures', () => {
  const failures = recordings.filter(({ exitCode, stderr }) => exitCode === 1 && stderr !== '');
  const known = failures.flatMap((run) => {
    const code = codes.find(([pattern]) => pattern.test(run.case))?.[1];
    return code ? [[title(run), run, code] as const] : [];
  });

  it('are known, most of them', () => expect(known.length).toBeGreaterThan(failures.length * 0.7));

  it.each(known)('%s', (_title, run, code) => {
    const errors = parseErrors(run.stderr);
    expect(errors).not.toEqual([]);
    expect(deckError('place', errors, [], run.stderr).code).toBe(code);
  });
});

describe.skipIf(!folders.includes(shared))('recordings against real Kong', () => {
  it('are among them', () => expect(recordings.length).toBeGreaterThan(300));
});
