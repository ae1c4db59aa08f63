import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { languageId } from '../../../src/languageServer/protocol.js';

const root = path.join(__dirname, '../../..');
const json = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

interface Grammar {
  scopeName: string;
  repository: Record<string, { match: string; captures: Record<string, { name: string }> }>;
}

interface Manifest {
  contributes: {
    languages: { id: string; configuration?: string; filenamePatterns?: string[]; firstLine?: string }[];
    grammars: { language?: string; scopeName: string; path: string }[];
  };
}

const grammar = json('syntaxes/kong-declarative.tmLanguage.json') as Grammar;
const { contributes } = json('package.json') as Manifest;

describe('the grammar', () => {
  test('is the one that the manifest names', () => {
    const [contributed] = contributes.grammars.filter(({ language }) => language === languageId);
    expect(contributed).toMatchObject({
      scopeName: grammar.scopeName,
      path: './syntaxes/kong-declarative.tmLanguage.json',
    });
  });

  test.each([
    ['vault-reference', 'host: {vault://env/db-host}', ['env', 'db-host']],
    ['vault-reference', "key: '{vault://my-aws/secret/field?x}'", ['my-aws', 'secret/field?x']],
    ['env-template', 'host: ${{ env "DECK_HOST" }}', ['DECK_HOST']],
    ['env-template', 'port: "${{ env \'DECK_PORT\' | toInt }}"', ['DECK_PORT', '| toInt ']],
    ['env-template', 'a: "${{ env \\"DECK_A\\" }}"', ['DECK_A']],
  ])('colours %s in %s', (rule, text, parts) => {
    const { match, captures } = grammar.repository[rule]!;
    const found = new RegExp(match).exec(text);
    expect(found).not.toBeNull();
    for (const part of parts) {
      const group = found!.findIndex((capture) => capture === part);
      expect(captures[group]?.name).toMatch(/\.kong$/);
    }
  });

  test.each(['{vault}', 'vault://env/x', '${ env "X" }', '{{ env "X" }}'])('leaves %s alone', (text) => {
    for (const { match } of Object.values(grammar.repository)) expect(text).not.toMatch(new RegExp(match));
  });
});

describe('the language', () => {
  const language = contributes.languages.find(({ id }) => id === languageId);

  test('has a configuration whose patterns are regular expressions', () => {
    const configuration = json(language!.configuration!) as {
      indentationRules: Record<string, string>;
      wordPattern: string;
    };
    const { increaseIndentPattern } = configuration.indentationRules;
    expect('  - plugins:').toMatch(new RegExp(increaseIndentPattern!));
    expect('    name: cors').not.toMatch(new RegExp(increaseIndentPattern!));
    expect(() => new RegExp(configuration.wordPattern)).not.toThrow();
  });

  test('is told by the first line where the name does not', () => {
    expect('_format_version: "3.0"').toMatch(new RegExp(language!.firstLine!));
  });
});
