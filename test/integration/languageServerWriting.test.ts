import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver-protocol';
import { PlainClient } from './languageServerClient.js';

const uri = 'file:///estate/kong.yaml';
const text =
  '_format_version: "3.0"\nservices:\n  - name: orders\n    host: orders.test\n  - name: billing\n    host: billing.test\n';

let client: PlainClient;

beforeAll(async () => {
  client = await PlainClient.start({
    textDocument: { codeAction: { resolveSupport: { properties: ['edit'] }, dataSupport: true } },
  });
  await client.open(uri, text);
});

afterAll(() => client.stop());

test('an action that is worked out only when it is chosen gets its edit then', async () => {
  const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
    textDocument: { uri },
    range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    context: { diagnostics: [], only: ['source.sort'] },
  });
  expect(actions).toHaveLength(1);
  expect(actions[0]?.edit).toBeUndefined();
  const resolved = await client.connection.sendRequest<CodeAction>('codeAction/resolve', actions[0]);
  const newTexts = resolved.edit?.changes?.[uri]?.map(({ newText }) => newText).join('') ?? '';
  expect(newTexts.indexOf('billing')).toBeGreaterThanOrEqual(0);
  expect(newTexts.indexOf('billing')).toBeLessThan(newTexts.indexOf('orders'));
});
