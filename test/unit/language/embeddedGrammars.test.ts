import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.join(__dirname, '../../..');
const editor = path.join(root, '.tools/vscode-1.139/node_modules/code-server/lib/vscode');
/** The editor's own tokenizer and grammars, where it was set up. */
const isThere = existsSync(path.join(editor, 'node_modules/vscode-textmate'));

interface Token {
  startIndex: number;
  endIndex: number;
  scopes: string[];
}
interface Grammar {
  tokenizeLine(line: string, state: unknown): { tokens: Token[]; ruleStack: unknown };
}
interface Textmate {
  INITIAL: unknown;
  parseRawGrammar(text: string, file: string): unknown;
  Registry: new (options: object) => { loadGrammar(scope: string): Promise<Grammar> };
}
interface Oniguruma {
  loadWASM(bytes: ArrayBuffer): Promise<void>;
  OnigScanner: new (patterns: string[]) => unknown;
  OnigString: new (text: string) => unknown;
}

const ours = {
  'source.yaml.kong-declarative': 'kong-declarative',
  'source.kong-embedded': 'kong-embedded',
  'source.kong-conf': 'kong-conf',
};
const theirs = {
  'source.lua': 'lua/syntaxes/lua',
  'source.yaml': 'yaml/syntaxes/yaml',
  ...Object.fromEntries(
    ['1.0', '1.1', '1.2', '1.3', 'embedded'].map((v) => [`source.yaml.${v}`, `yaml/syntaxes/yaml-${v}`]),
  ),
};
const files: Record<string, string> = {
  ...Object.fromEntries(
    Object.entries(ours).map(([scope, name]) => [scope, path.join(root, `syntaxes/${name}.tmLanguage.json`)]),
  ),
  ...Object.fromEntries(
    Object.entries(theirs).map(([scope, name]) => [scope, path.join(editor, `extensions/${name}.tmLanguage.json`)]),
  ),
};

async function load(scope: string): Promise<(text: string) => [string, string][]> {
  const require = createRequire(path.join(editor, 'package.json'));
  const { Registry, parseRawGrammar, INITIAL } = require('vscode-textmate') as Textmate;
  const { loadWASM, OnigScanner, OnigString } = require('vscode-oniguruma') as Oniguruma;
  const wasm = readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm'));
  await loadWASM(new Uint8Array(wasm).buffer);
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns: string[]) => new OnigScanner(patterns),
      createOnigString: (text: string) => new OnigString(text),
    }),
    loadGrammar: (name: string) => {
      const file = files[name];
      return Promise.resolve(file && existsSync(file) ? parseRawGrammar(readFileSync(file, 'utf8'), file) : null);
    },
    getInjections: (name: string) => (name === 'source.yaml.kong-declarative' ? ['source.kong-embedded'] : []),
  });
  const grammar = await registry.loadGrammar(scope);
  return (text) => {
    let state = INITIAL;
    return text.split('\n').flatMap((line) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
      state = ruleStack;
      return tokens.map(({ startIndex, endIndex, scopes }): [string, string] => [
        line.slice(startIndex, endIndex),
        scopes.join(' '),
      ]);
    });
  };
}

describe.skipIf(!isThere)('colours by the editor’s own tokenizer', () => {
  test.each([
    [
      'routes:\n  - name: a\n    expression: http.path ^= "/a" && net.src.ip in 10.0.0.0/8',
      'net.src.ip',
      'variable.language.field.kong',
    ],
    ['routes:\n  - expression: \'lower(http.path) == "/a"\'', 'lower', 'support.function.transformation.kong'],
    ["    config:\n      access: ['kong.log.info(1)']", 'kong', 'meta.embedded.inline.lua'],
    ['routes:\n  - expression: \'http.path == "/"\'\n    priority: 1', 'priority', 'entity.name.tag.yaml'],
    ['    config:\n      access:\n      - |\n        --[[ a\n        b ]]\n        return 1', 'b', 'comment.block.lua'],
    [
      '    config:\n      access:\n        - |\n          return 1\n\n          end\n      name: x',
      'end',
      'keyword.control.lua',
    ],
    [
      '    config:\n      access:\n        - |\n          if x\n      functions: [a]',
      'functions',
      'entity.name.tag.yaml',
    ],
    ['snis:\n  - certificate:\n      id: 5\n    name: x', 'id', 'entity.name.tag.yaml'],
    [
      'routes:\n  - expression: >-\n      http.host == "a" &&\n      tls.sni == "b"',
      'tls.sni',
      'meta.embedded.block.expression.kong',
    ],
    ['routes:\n  - expression: |\n      http.host == "a"\n    priority: 1', 'priority', 'entity.name.tag.yaml'],
    ['plugins:\n  - config:\n      body: |\n        local a', 'local a', 'string.unquoted.block'],
  ])('%j', async (text, word, scope) => {
    const tokens = (await load('source.yaml.kong-declarative'))(text);
    expect(tokens.find(([token]) => token.trim() === word)?.[1]).toContain(scope);
  });

  test('kong.conf', async () => {
    const tokens = (await load('source.kong-conf'))(
      '# a\npg_host = db # b\nnginx_http_x = on\npg_password = {vault://env/p}\na = x\\#y',
    );
    const scopeOf = (word: string): string | undefined => tokens.find(([token]) => token.trim() === word)?.[1];
    expect(scopeOf('pg_host')).toContain('support.type.property-name');
    expect(scopeOf('db')).toContain('string.unquoted');
    expect(scopeOf('b')).toContain('comment');
    expect(scopeOf('x')).toContain('directive');
    expect(scopeOf('on')).toContain('constant.language.boolean');
    expect(scopeOf('env')).toContain('entity.name.namespace.vault');
    expect(scopeOf('y')).toContain('string.unquoted');
  });
});
