import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import l10n from '@vscode/l10n-dev';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../../..');
const json = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, string>;

const sources = readdirSync(path.join(root, 'src/vscode'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ extension: '.ts', contents: readFileSync(path.join(root, 'src/vscode', file), 'utf8') }));

const placeholders = (text: string): string[] => [...text.matchAll(/\{\d+\}/g)].map(([found]) => found).sort();

test('every text of the editor has a Japanese one, and no translation is left over', { timeout: 60_000 }, async () => {
  const used = Object.keys(await l10n.getL10nJson(sources));
  expect(used.length).toBeGreaterThan(100);
  expect(Object.keys(json('l10n/bundle.l10n.ja.json')).sort()).toEqual(used.sort());
});

test('translations keep the placeholders', () => {
  for (const [text, translated] of Object.entries(json('l10n/bundle.l10n.ja.json'))) {
    expect(placeholders(translated), text).toEqual(placeholders(text));
  }
});

test('package.json names exactly the texts that both languages have', () => {
  const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
  const used = [...new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key = '']) => key))].sort();
  expect(Object.keys(json('package.nls.json')).sort()).toEqual(used);
  expect(Object.keys(json('package.nls.ja.json')).sort()).toEqual(used);
});
