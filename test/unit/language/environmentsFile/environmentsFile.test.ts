import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { environmentFields, storeFields } from '../../../../src/core/environmentFields.js';
import { parseEnvironmentsFile } from '../../../../src/core/environmentsFile.js';
import { partKinds } from '../../../../src/core/part.js';
import { readDocument } from '../../../../src/language/document.js';
import { environmentsCompletion } from '../../../../src/language/environmentsFile/completion.js';
import { environmentsDiagnostics } from '../../../../src/language/environmentsFile/diagnostics.js';
import { environmentsHover } from '../../../../src/language/environmentsFile/hover.js';
import { words } from '../../../../src/language/environmentsFile/words.js';
import { ruleFaults } from '../../../../src/language/rules.js';
import { textAt, withCursor } from '../marked.js';

const one = 'environments:\n  - name: dev\n    adminUrl: http://localhost:8001\n';

const found = (text: string): string[] =>
  environmentsDiagnostics(readDocument(text), true).map(({ message, range }) => `${textAt(text, range)}: ${message}`);

describe('what is said of an environments file', () => {
  test.each([
    [`${one}    engin: deck\n`, /^engin: .*Did you mean `engine`/],
    [`${one}    engine: dek\n`, /^dek: .*one of auto/],
    [`${one}    token: abc\n`, /^abc: A secret does not belong/],
    [`${one}    database: { port: 0, password: "\${env:X}" }\n`, /^0: .*whole number/],
    [`${one}    database:\n      prot: 5432\n`, /^prot: .*`port`/],
    [`${one}    store: archiv\nstores:\n  - name: archive\n    folder: a\n`, /^archiv: .*Did you mean `archive`/],
    [`${one}  - name: dev\n    adminUrl: http://localhost:8002\n`, /There is another environment "dev"/],
    ['environments:\n  - name: dev\n', /^name: It must have adminUrl/],
    [`${one}stors: []\n`, /^stors: .*Did you mean `stores`/],
    ['stores:\n  - name: a\n', /must have one of folder, s3/],
    [`${one}validation:\n  severity: { plaintext-secrets: off }\n`, /There is no check/],
    ['environments:\n  - name: "dev\n', /./],
  ])('%j', (text, expected) => {
    expect(found(text).join('\n')).toMatch(expected);
    expect(parseEnvironmentsFile(text, ruleFaults).problems).not.toEqual([]);
  });

  test('of two faults in one entry each where it stands', () => {
    expect(found(`${one}    engine: dek\n    mode: hybird\n`)).toHaveLength(2);
  });

  test('nothing of a sound file, nor of the example of the docs', () => {
    expect(found(`${one}    gatewayVersion: 3.10\n    store: default\n`)).toEqual([]);
    expect(found('')).toEqual([]);
  });

  test('leaves syntax to another extension', () => {
    expect(environmentsDiagnostics(readDocument('environments: [\n'), false)).toEqual([]);
  });
});

function labels(marked: string): string[] {
  const { text, position } = withCursor(marked);
  return environmentsCompletion(readDocument(text), position).items.map(({ label }) => label);
}

describe('completion', () => {
  test.each([
    ['|', ['environments', 'stores', 'validation']],
    [`${one}    engine: |`, ['auto', 'deck', 'admin-api']],
    [`${one}    protected: |`, ['true', 'false']],
    [`stores:\n  - name: archive\n    folder: a\n${one}    store: |`, ['archive']],
    [`${one}    keyring:\n      |`, ['recoveryPrivateKeyFile', 'acknowledged']],
    ['stores:\n  - name: a\n    |', ['folder', 's3', 'compression', 'deduplicate', 'encryption']],
    [`${one}    # |`, []],
  ])('%j', (marked, expected) => {
    expect(labels(marked)).toEqual(expected);
  });

  test('settings that are not there yet, and items of lists', () => {
    expect(labels(`${one}    |`)).not.toContain('name');
    expect(labels(`${one}    |`)).toContain('engine');
    expect(labels('environments:\n  - |')).toContain('adminUrl');
    expect(labels(`${one}    parts:\n      - |`)).toEqual(partKinds);
  });
});

test('hover tells what a setting is for', () => {
  const { text, position } = withCursor(`${one}    eng|ine: auto\n`);
  expect(JSON.stringify(environmentsHover(readDocument(text), position))).toMatch(/decK where it is found.*admin-api/);
});

test('every setting has its words, and stands in the docs', () => {
  const docs = readFileSync(path.join(__dirname, '../../../../docs/environments.md'), 'utf8');
  const settings = [
    ...Object.keys(environmentFields).map((key) => `environments.${key}`),
    ...Object.keys(storeFields).map((key) => `stores.${key}`),
  ];
  expect(settings.filter((setting) => !words[setting])).toEqual([]);
  expect(settings.filter((setting) => !docs.includes(setting.split('.').at(-1) ?? ''))).toEqual([]);
});
