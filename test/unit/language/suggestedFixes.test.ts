import { expect, test } from 'vitest';
import { applyEdits } from '../../../src/language/edits.js';
import { createEnvironmentsFileService } from '../../../src/language/environmentsFile/service.js';
import { createKongConfService } from '../../../src/language/kongConf/service.js';
import { confFacts } from './kongConf/conf.js';
import { opened } from './marked.js';

const conf = createKongConfService(
  () => Promise.resolve(confFacts),
  () => ({ version: '3.9', source: 'assumed' }),
);
const environments = createEnvironmentsFileService(() => true);
const entry = 'environments:\n  - name: dev\n    adminUrl: http://localhost:8001\n';

test.each([
  [conf, 'log_levle = notice # kept', 'log_level = notice # kept'],
  [conf, 'log_level = notce', 'log_level = notice'],
  [conf, 'pg_host = "db"', 'pg_host = db'],
  [conf, 'dns_order = LAST, AAA', 'dns_order = LAST, AAAA'],
  [environments, `${entry}    engine: dek # kept\n`, `${entry}    engine: deck # kept\n`],
  [environments, `${entry}    engin: deck\n`, `${entry}    engine: deck\n`],
])('what was meant takes the place of what is marked (%#)', async (service, text, expected) => {
  const source = { uri: 'file:///kong.conf', version: 1, getText: () => text };
  const diagnostics = await service.diagnostics(source);
  const range = diagnostics[0]?.range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const foreign = { range, message: 'no', source: 'somebody else', data: { suggestions: ['x'] } };
  const question = { range, diagnostics: [...diagnostics, foreign], canResolve: false };
  const [action, ...more] = await service.codeActions(source, question);
  expect(more.map(({ title }) => title)).not.toContain('Change to `x`');
  const edits = action?.edit?.changes?.[source.uri] ?? [];
  expect(applyEdits(opened(text).text, edits)).toBe(expected);
  expect(await service.codeActions(source, { ...question, only: ['refactor'] })).toEqual([]);
});
