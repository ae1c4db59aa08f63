import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../scripts/bench/truthCases.js';
import { facts28, facts39 } from './facts.js';

// Verdicts of real gateways, where they are at hand. `npm run bench:truth` gives the figures and lists what differs.
const folder = path.join(__dirname, '../../../../shared/cases');
const there = existsSync(folder);
if (!there) console.warn(`SKIPPED: no verdicts of real gateways in ${folder}, so agreement with Kong is not tested.`);

/** Shares below which something broke. */
const floors = { caught: 0.99, rejected: 0.005, rightPath: 0.98 };

describe.skipIf(!there)('agreement with real gateways', () => {
  test.each([
    ['corpus-2.8.5.jsonl', facts28],
    ['corpus-3.9.3.jsonl', facts39],
  ])('%s', (file, facts) => {
    const judged = readFileSync(path.join(folder, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { id: string; yaml: string; verdict: string; paths: string[] })
      .map(({ id, yaml, verdict, paths }) =>
        judge({ id, text: yaml, json: false, valid: verdict === 'valid', paths }, facts),
      );
    const invalid = judged.filter(({ one }) => !one.valid);
    const valid = judged.filter(({ one }) => one.valid);
    const caught = invalid.filter(({ verdict }) => !verdict.valid);
    expect(caught.length / invalid.length).toBeGreaterThan(floors.caught);
    expect(valid.filter(({ verdict }) => !verdict.valid).length / valid.length).toBeLessThanOrEqual(floors.rejected);
    const placed = caught.filter(({ one }) => one.paths.length > 0);
    expect(placed.filter(({ pathsRight }) => pathsRight).length / placed.length).toBeGreaterThan(floors.rightPath);
  });
});
