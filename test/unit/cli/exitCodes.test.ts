import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { exitCodeHelp, exitCodeOf, exitCodes, exitCodeTable } from '../../../src/cli/exitCodes.js';
import { type ErrorCode, KongBackupError } from '../../../src/core/errors.js';

it('has a page that says the same', async () => {
  const page = await readFile(new URL('../../../docs/exit-codes.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, words]) => [Number(code), words]);
  expect(rows).toEqual(exitCodeTable.map(([code, , words]) => [code, words]));
  for (const [code, , words] of exitCodeTable) expect(exitCodeHelp).toMatch(new RegExp(`^ +${code} +${words}$`, 'm'));
});

it.each([
  ['store-unreachable', exitCodes.noStore],
  ['store-denied', exitCodes.noStore],
  ['store-locked', exitCodes.locked],
  ['key-wrong', exitCodes.wrongKey],
  ['key-missing', exitCodes.wrongKey],
  ['cancelled', exitCodes.cancelled],
  ['gateway-unreachable', exitCodes.failed],
] satisfies [ErrorCode, number][])('ends %s with %i', (code, exitCode) => {
  expect(exitCodeOf(new KongBackupError(code, { place: '', reason: '', remedy: '' }))).toBe(exitCode);
});
