import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compare } from '../../../src/operations/compare.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { operationsFixture, watchedContext } from './operationsFixture.js';

/** So large that only what differs is read of it. */
const others = Array.from({ length: 2000 }, (_, at) => `- name: other-${at}\n  host: other-${at}.example.internal\n`);

async function changesBetween(before: string, after: string, { head = '', padding = others.join('') } = {}) {
  const { parts } = await operationsFixture();
  const folder = await temporaryFolder();
  const sides = await Promise.all(
    [before, after].map(async (service, at) => {
      const file = path.join(folder, `${at}.yaml`);
      await writeFile(file, `_format_version: "3.0"\n${head}services:\n- name: one\n${service}${padding}`);
      return { file };
    }),
  );
  const [from = { file: '' }, to = { file: '' }] = sides;
  const { plan } = await compare(parts, from, to, watchedContext().context);
  return plan.workspaces.flatMap(({ changes }) => changes.map(({ label, fields }) => fields ?? label));
}

describe('a comparison of two files of decK reads what decK reads', () => {
  it.each([
    ['  host: a\n  enabled: y\n', '  host: a\n  enabled: true\n'],
    ['  host: a\n  tags: [n]\n', '  host: a\n  tags: [false]\n'],
    ['  host: a\n  tags: [1:20]\n', '  host: a\n  tags: ["1:20"]\n'],
    ['  host: a\n  tags:\n  - 12:30:45\n', '  host: a\n  tags: ["12:30:45"]\n'],
    ['  host: a\n  retries: 0o17\n', '  host: a\n  retries: 15\n'],
    ['  host: a\n  retries: 0b1\n', '  host: a\n  retries: 1\n'],
    ['  host: a\n  retries: 0X50\n', '  host: a\n  retries: 80\n'],
    ['  host: a\n  tags: [1e999]\n', '  host: a\n  tags: ["1e999"]\n'],
  ])('%j is %j', async (before, after) => {
    expect(await changesBetween(before, after)).toEqual([]);
    expect(await changesBetween(before, after, { padding: '' })).toEqual([]);
  });
});

describe('a comparison of two files for gateways without a database reads what Kong reads', () => {
  it.each([
    ['  host: a\n  tags: [y]\n', '  host: a\n  tags: ["y"]\n'],
    ['  host: a\n  retries: 1:20\n', '  host: a\n  retries: 80\n'],
    ['  host: a\n  tags: [0o17]\n', '  host: a\n  tags: ["0o17"]\n'],
  ])('%j is %j', async (before, after) => {
    expect(await changesBetween(before, after, { head: '_transform: false\n' })).toEqual([]);
    expect(await changesBetween(before, after, { head: '_transform: false\n', padding: '' })).toEqual([]);
  });
});
