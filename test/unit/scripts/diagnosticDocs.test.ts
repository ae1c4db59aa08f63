import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { diagnosticExamples } from '../../../scripts/docs/diagnosticExamples.js';
import { diagnosticsPage, judgeConfExample, judgeExample } from '../../../scripts/docs/diagnosticsPage.js';
import { diagnosticCodes } from '../../../src/language/diagnosticCodes.js';
import type { DiagnosticCode } from '../../../src/language/diagnosticCodes.js';
import { confCodes, type ConfCode } from '../../../src/language/kongConf/confCodes.js';
import type { KongConfFacts } from '../../../src/language/kongConf/facts.js';
import { schemaFolder } from '../../../src/schema/folder.js';

const root = path.resolve(import.meta.dirname, '../../..');
const schemas = schemaFolder(path.join(root, 'schemas'));
const confFacts = JSON.parse(readFileSync(path.join(root, 'schemas/kong-conf.json'), 'utf8')) as KongConfFacts;
const codes = Object.keys(diagnosticCodes) as DiagnosticCode[];

test.each(codes)('the example of %s gives it', async (code) => {
  expect(await judgeExample(code, diagnosticExamples[code], schemas)).toBeDefined();
});

test.each(Object.keys(confCodes) as ConfCode[])('the example of %s of kong.conf gives it', (code) => {
  expect(judgeConfExample(code, confFacts)).toBeDefined();
});

test('docs/diagnostics.md is what npm run docs:diagnostics writes', async () => {
  const written = readFileSync(path.join(root, 'docs/diagnostics.md'), 'utf8').replaceAll('\r\n', '\n');
  expect(written).toBe(await diagnosticsPage(schemas, confFacts));
});
