import { expect, test } from 'vitest';
import { inlayHints } from '../../../../src/language/features/inlayHints.js';
import { LiveText } from '../../../../src/language/incremental/liveText.js';
import { createLanguageService } from '../../../../src/language/service.js';
import { schemas } from '../facts.js';
import { opened } from '../marked.js';

const text = `_info:
  defaults:
    service:
      retries: 2
services:
  - name: orders
    host: h
    port: 81
    routes:
      - name: list
        paths: [/]
plugins:
  - name: key-auth
    config:
      key_names: [apikey]
`;

const lines = (first: number, last: number) => ({
  start: { line: first, character: 0 },
  end: { line: last, character: 0 },
});
const hint = (first: number, last = first) => inlayHints(opened(text), lines(first, last));

test('what an entity leaves to Kong, at the end of its first line', () => {
  const [service] = hint(5);
  expect(service?.position).toEqual({ line: 5, character: '  - name: orders'.length });
  const tooltip = JSON.stringify(service?.tooltip);
  expect(tooltip).toContain('`connect_timeout: 60000`');
  expect(tooltip).toContain('`retries: 2`');
  expect(tooltip).not.toContain('port');
  expect(tooltip).not.toContain('routes');
});

test('fields of a configuration by their path', () => {
  const tooltip = JSON.stringify(hint(12)[0]?.tooltip);
  expect(tooltip).toContain('`config.key_in_header: true`');
  expect(tooltip).not.toContain('key_names');
});

test('of the lines that were asked for alone', () => {
  expect(hint(0, 20).map(({ position: { line } }) => line)).toEqual([5, 9, 12]);
  expect(hint(9).map(({ position: { line } }) => line)).toEqual([9]);
  expect(hint(0, 3)).toEqual([]);
});

test('each once, though a slip in indentation parts an item', async () => {
  const service = createLanguageService({ schemas, gateway: () => ({ version: '3.9', source: 'assumed' }) });
  const live = new LiveText('file:///kong.yaml', 'kong-declarative', 1, `_format_version: "3.0"\n${text}`);
  await service.diagnostics(live);
  const at = { line: 8, character: 1 };
  live.change([{ range: { start: at, end: at }, text: ': ' }], 2);
  const found = await service.inlayHints(live, lines(0, 20));
  expect(found.map(({ position: { line } }) => line)).toEqual([6, 13]);
});
