import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  CodeAction,
  CompletionList,
  Diagnostic,
  DocumentSymbol,
  FoldingRange,
  Range,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol';
import { readDocument } from '../../src/language/document.js';
import { LineIndex } from '../../src/language/lineIndex.js';
import { PlainClient } from './languageServerClient.js';

/** Files that are typed into; `KONG_BACKUP_RUNS` says how many. */
const runs = Number(process.env['KONG_BACKUP_RUNS'] ?? 25);

const nested = `_format_version: "3.0"
_info: {select_tags: [shop]}
services: # all
  - name: orders
    hots: orders.internal # which
    tags: &tags [shop, "blue"]
    routes:
      - name: list
        paths: [/orders, "~/o/\\\\d+$", /a/*]
        plugins:
          - name: rate-limting
            config: {minute: 5, policy: redis, redis: {password: "{vault://env/a}"}}
    plugins:
      - name: pre-function
        config:
          access:
            - |
              -- who
              local h = kong.request.get_header("x")
  - name: stock
    host: shop.v1
    tags: *tags
upstreams:
  - name: shop.v1
    targets: [{target: "10.0.0.1:80"}]
consumers:
  - username: ann
    keyauth_credentials:
      - key: \${{ env "DECK_ANN" }}
plugins:
  - name: cors
    service: order # one
`;

const flat = `_format_version: "3.0"
services:
- host: a.internal
  name: a
  port: "80"
routes:
- name: r
  paths:
  - /a
  service:
    name: a
- name: q
  service: {name: b}
plugins:
- config:
    minute: 5
  name: rate-limiting
  route: r
- name: acl
  service: a
  config: {allow: [staff]}
`;

const dbless = `_format_version: "3.0"
_transform: true
services:
- name: s
  url: http://s
  routes:
  - {name: r, paths: [/r]}
acls:
- consumer: c
  group: g
consumers:
- username: c
`;

const conf = `# Kong
database = off
log_levle = notice
pg_password = hunter2
proxy_listen = 0.0.0.0:8000, 0.0.0.0:8443 ssl
`;

const environments = `environments:
  - name: dev
    adminUrl: http://localhost:8001
    engine: dek
`;

const estates = [
  { text: nested, name: 'kong.yaml', languageId: 'kong-declarative' },
  { text: flat, name: 'kong.yaml', languageId: 'kong-declarative' },
  { text: dbless, name: 'kong.yaml', languageId: 'yaml' },
  { text: nested.replaceAll('\n', '\r\n'), name: 'kong.yaml', languageId: 'kong-declarative' },
  {
    text: JSON.stringify({ _format_version: '3.0', services: [{ name: 'a', hots: 'h' }] }, null, 1),
    name: 'kong.json',
    languageId: 'json',
  },
  { text: conf, name: 'kong.conf', languageId: 'kong-conf' },
  { text: environments, name: 'kong-environments.yaml', languageId: 'yaml' },
];

const pieces = [
  '',
  'x',
  ' ',
  '\n',
  '\n  ',
  '- ',
  ':',
  ': ',
  '#',
  ' #',
  '"',
  "'",
  '|',
  '{',
  '}',
  '[',
  ']',
  ',',
  '*tags',
  '&a ',
  '<<: ',
  '\t',
  '---\n',
  '😀',
  '{vault://aws/x}',
  'service: ',
  'orders',
  'plugins:\n',
  '- name: new\n',
  'config:\n',
];

const typing = fc.record({
  estate: fc.nat(estates.length - 1),
  edits: fc.array(
    fc.record({
      at: fc.nat(),
      atLineEnd: fc.boolean(),
      size: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(12)),
      piece: fc.constantFrom(...pieces),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  cursor: fc.nat(),
});

let client: PlainClient;
let opened = 0;

beforeAll(async () => {
  client = await PlainClient.start({
    textDocument: {
      codeAction: { resolveSupport: { properties: ['edit'] }, dataSupport: true },
      completion: { completionItem: { snippetSupport: true } },
    },
  });
});

afterAll(async () => expect(await client.stop()).toBe(0));

/** The text once edits are made, none of which may leave it or overlap another. */
function edited(text: string, edits: readonly TextEdit[]): string {
  const lines = new LineIndex(text);
  let [result, at] = ['', 0];
  const placed = edits.map(({ range, newText }) => ({ ...spanOf(lines, range), newText }));
  for (const { start, end, newText } of placed.sort((a, b) => a.start - b.start || a.end - b.end)) {
    expect(start).toBeGreaterThanOrEqual(at);
    result += text.slice(at, start) + newText;
    at = end;
  }
  return result + text.slice(at);
}

function spanOf(lines: LineIndex, range: Range): { start: number; end: number } {
  const span = { start: lines.offset(range.start), end: lines.offset(range.end) };
  expect(span.start).toBeLessThanOrEqual(span.end);
  expect([lines.position(span.start), lines.position(span.end)]).toEqual([range.start, range.end]);
  return span;
}

const comments = (text: string): number => text.match(/(?:^|\s)#/gm)?.length ?? 0;

/** A file in which somebody types, and all that an editor asks the server after each change. */
class Typed {
  private version = 1;
  private readonly uri: string;

  constructor(
    private text: string,
    name: string,
  ) {
    this.uri = `file:///typed/${opened++}/${name}`;
  }

  async open(languageId: string): Promise<void> {
    await client.open(this.uri, this.text, languageId);
  }

  async close(): Promise<void> {
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri: this.uri } });
  }

  async type({ at, atLineEnd, size, piece }: { at: number; atLineEnd: boolean; size: number; piece: string }) {
    const lines = new LineIndex(this.text);
    const place = lines.position(at % (this.text.length + 1));
    const start = atLineEnd ? lines.lineEnd(place.line) : lines.offset(place);
    const range = { start: lines.position(start), end: lines.position(Math.min(this.text.length, start + size)) };
    const span = { start: lines.offset(range.start), end: lines.offset(range.end) };
    this.text = this.text.slice(0, span.start) + piece + this.text.slice(span.end);
    await client.change(this.uri, ++this.version, [{ range, text: piece }]);
  }

  /** Every question at one place: none is answered with an error, and what comes back fits the text. */
  async askAll(cursor: number): Promise<void> {
    const lines = new LineIndex(this.text);
    const position = lines.position(cursor % (this.text.length + 1));
    const here = { start: position, end: position };
    const whole = { start: { line: 0, character: 0 }, end: lines.position(this.text.length) };
    const { diagnostics } = await client.diagnostics(this.uri, this.version);
    for (const { range } of diagnostics) spanOf(lines, range);
    const list = await this.ask<CompletionList>('completion', { position });
    for (const { textEdit } of list?.items ?? []) {
      const { range } = textEdit as TextEdit;
      expect([range.start.line, range.end]).toEqual([position.line, position]);
    }
    for (const method of ['hover', 'definition', 'documentHighlight']) await this.ask(method, { position });
    await this.ask('references', { position, context: { includeDeclaration: true } });
    for (const symbol of (await this.ask<DocumentSymbol[]>('documentSymbol')) ?? []) this.checkSymbol(lines, symbol);
    for (const { startLine, endLine } of (await this.ask<FoldingRange[]>('foldingRange')) ?? []) {
      expect(startLine).toBeLessThan(endLine);
      expect(endLine).toBeLessThan(lines.lineCount);
    }
    await this.ask('selectionRange', { positions: [position] });
    for (const { range } of (await this.ask<{ range: Range }[]>('documentLink')) ?? []) spanOf(lines, range);
    for (const lens of ((await this.ask<object[]>('codeLens')) ?? []).slice(0, 2)) {
      await client.connection.sendRequest('codeLens/resolve', lens);
    }
    await this.ask('inlayHint', { range: whole });
    await this.ask<SemanticTokens>('semanticTokens/full');
    await this.ask<SemanticTokens>('semanticTokens/range', { range: whole });
    const options = { tabSize: 2, insertSpaces: true };
    this.checkFormatting((await this.ask<TextEdit[]>('formatting', { options })) ?? []);
    this.checkFormatting((await this.ask<TextEdit[]>('rangeFormatting', { options, range: here })) ?? []);
    edited(this.text, (await this.ask<TextEdit[]>('onTypeFormatting', { options, position, ch: '\n' })) ?? []);
    await this.checkRename(position);
    await this.checkActions(diagnostics, here);
  }

  private ask<T>(method: string, more: object = {}): Promise<T | null> {
    return client.connection.sendRequest<T | null>(`textDocument/${method}`, {
      textDocument: { uri: this.uri },
      ...more,
    });
  }

  /** As an editor demands it: what is selected lies in the whole. */
  private checkSymbol(lines: LineIndex, { name, range, selectionRange, children = [] }: DocumentSymbol): void {
    const [outer, inner] = [spanOf(lines, range), spanOf(lines, selectionRange)];
    expect(name).not.toBe('');
    expect(outer.start <= inner.start && inner.end <= outer.end).toBe(true);
    for (const child of children) this.checkSymbol(lines, child);
  }

  private checkFormatting(edits: readonly TextEdit[]): void {
    const after = edited(this.text, edits);
    expect(readDocument(after).value).toEqual(readDocument(this.text).value);
    expect(comments(after)).toBe(comments(this.text));
  }

  /** A rename may be refused, with a reason; nothing else goes wrong. */
  private async checkRename(position: Range['start']): Promise<void> {
    const refused = (error: Error & { code?: number }): null => {
      expect([error.code, error.message.length > 10]).toEqual([-32803, true]);
      return null;
    };
    await this.ask('prepareRename', { position }).catch(refused);
    const edit = await this.ask<WorkspaceEdit>('rename', { position, newName: 'renamed' }).catch(refused);
    const after = edited(this.text, edit?.changes?.[this.uri] ?? []);
    expect(readDocument(after).problems.length > 0).toBe(readDocument(this.text).problems.length > 0);
  }

  private async checkActions(diagnostics: readonly Diagnostic[], range: Range): Promise<void> {
    const isYaml = /\.(?:yaml|json)$/.test(this.uri) && readDocument(this.text).problems.length === 0;
    for (const context of [{ diagnostics: diagnostics.slice(0, 5) }, { diagnostics: [] }]) {
      for (const action of (await this.ask<CodeAction[]>('codeAction', { range, context })) ?? []) {
        const { edit } = action.edit
          ? action
          : await client.connection.sendRequest<CodeAction>('codeAction/resolve', action);
        const after = edited(this.text, edit?.changes?.[this.uri] ?? []);
        if (isYaml) expect([action.title, readDocument(after).problems]).toEqual([action.title, []]);
      }
    }
  }
}

test('whatever is typed, every question is answered and every answer fits the text', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(typing, async ({ estate, edits, cursor }) => {
      const { text = '', name = '', languageId = '' } = estates[estate] ?? {};
      const typed = new Typed(text, name);
      await typed.open(languageId);
      for (const edit of edits) {
        await typed.type(edit);
        await typed.askAll(cursor);
      }
      await typed.close();
    }),
    { numRuns: runs },
  );
});
