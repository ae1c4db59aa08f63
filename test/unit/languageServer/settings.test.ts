import { expect, test } from 'vitest';
import type { Connection } from 'vscode-languageserver';
import { ClientSettings } from '../../../src/languageServer/settings.js';

/** Settings as a client without questions sends them, one after the other, and what the person is told. */
async function told(...sent: object[]): Promise<{ settings: ClientSettings; messages: string[] }> {
  const messages: string[] = [];
  const window = { showWarningMessage: (message: string) => messages.push(message) };
  const settings = new ClientSettings({ window } as unknown as Connection, () => undefined);
  for (const validation of sent) await settings.refresh({ kongBackup: { validation } });
  return { settings, messages };
}

test('a check that is not there is named once, with what is near it', async () => {
  const severity = { 'plaintext-secrets': 'off', 'regex-path': 'off' };
  const { settings, messages } = await told({ severity }, { severity, gatewayVersion: '3.4' });
  expect(messages).toEqual([
    'kongBackup.validation: There is no check `plaintext-secrets`. Near it are `plaintext-secret`.',
  ]);
  expect(settings.rules.severity).toEqual({ 'regex-path': 'off' });
});

test('settings that are understood are taken without a word', async () => {
  expect((await told({ severity: { 'regex-path': 'off' }, customPlugins: ['ours'] }, {})).messages).toEqual([]);
});
