import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Command } from '../../src/core/environmentSections.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { createDblessDriver } from '../../src/drivers/dbless.js';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { aroundKong, kongTarget, shippedFacts, standInKong } from '../helpers/kongStandIn.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { partDriverContract, type PartUnderTest } from './partDriverContract.js';
import { someGateway } from '../helpers/someGateway.js';

const before = `_format_version: "3.0"
services:
- name: orders
  url: http://orders.internal/api
  routes:
  - name: orders-list
    paths: [/orders]
    plugins:
    - name: key-auth
- name: stock
  host: stock.internal
consumers:
- username: alice
  keyauth_credentials:
  - key: key-of-alice
    id: 7b000000-0000-4000-8000-000000000007
  basicauth_credentials:
  - username: alice
    password: pass-of-alice
`;

const after = `_format_version: "3.0"
services:
- name: orders
  host: elsewhere.internal
- name: added
  host: added.internal
`;

async function dbless(way: 'file' | 'post', copy?: Command): Promise<PartUnderTest> {
  const folder = await temporaryFolder();
  const practice = await startPracticeGateway({ facts: await shippedFacts.facts('3.9'), mode: 'dbless' });
  onTestFinished(() => practice.close());
  const file = path.join(folder, 'kong.yml');
  const load = async (text: string): Promise<void> => {
    await writeFile(file, text);
    const body = JSON.stringify({ config: text });
    await fetch(`${practice.url}/config`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  };
  await load(before);
  const standIn = await standInKong(folder, { ready: false, entities: {}, dbless: { url: practice.url, file } });
  const adminApi = createAdminApiDriver({ requestTimeout: 5000 });
  const options = {
    ...aroundKong({ keep: `${folder}/before`, gateway: someGateway }),
    probe: adminApi,
    reader: adminApi,
  };
  const ofFile = way === 'file' ? { declarativeFile: file } : {};
  const running = async (): Promise<string> => {
    const response = await fetch(`${practice.url}/config`);
    const { config } = (await response.json()) as { config: string };
    return config
      .replace(/_at: [\d.]+/g, '_at:')
      .split('\n')
      .sort()
      .join('\n');
  };
  return {
    driver: createDblessDriver(options),
    target: kongTarget(
      practice.url,
      { command: standIn.command, ...(copy && { copy }) },
      { mode: 'dbless', ...ofFile },
    ),
    gateway: { ...someGateway, mode: 'dbless', database: 'off' },
    options: { choices: { way } },
    read: async () => `${await running()}\n${way === 'file' ? await readFile(file, 'utf8') : ''}`,
    change: () => load(after),
  };
}

partDriverContract('dbless, by its file and a restart', () => dbless('file'));
partDriverContract('dbless, by POST /config', () => dbless('post'));
if (process.platform !== 'win32') {
  partDriverContract('dbless, by its file behind a command prefix', () => dbless('file', ['env']));
}
