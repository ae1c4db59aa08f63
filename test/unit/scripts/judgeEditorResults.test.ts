import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeEditorResults } from '../../../scripts/testing/judgeEditorResults.js';
import type { EditorResults } from '../../host/editorResults.js';

describe('the verdict on a run inside the editor', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'kong-backup-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const judge = (results: Partial<EditorResults> | undefined, code = 0) => {
    const file = path.join(folder, 'results.json');
    rmSync(file, { force: true });
    const passed = { title: 'works', state: 'passed' as const };
    const whole: EditorResults = { files: 1, announced: 1, tests: [passed], ended: true, ...results };
    if (results) writeFileSync(file, JSON.stringify(whole));
    return judgeEditorResults(file, 1, code);
  };

  test('counts what passed, failed and was skipped', () => {
    const tests: EditorResults['tests'] = [
      { title: 'a', state: 'passed' },
      { title: 'b', state: 'skipped' },
      { title: 'c', state: 'failed', error: 'wrong\n  at c' },
    ];
    expect(judge({ announced: 3, tests }, 1)).toEqual({ passed: 1, failed: ['c: wrong'], skipped: ['b'] });
  });

  test.each([
    ['no results at all', undefined, 0],
    ['a host that died half-way', { announced: 2, ended: false }, 0],
    ['fewer tests than announced', { announced: 2 }, 0],
    ['a file that was not loaded', { files: 0 }, 0],
    ['no test', { announced: 0, tests: [] }, 0],
    ['an editor that ended badly after the last test', {}, 7],
  ])('is no pass: %s', (_, results, code) => {
    expect(judge(results, code).failed).toHaveLength(1);
  });

  test('is a pass otherwise', () => {
    expect(judge({})).toEqual({ passed: 1, failed: [], skipped: [] });
  });
});
