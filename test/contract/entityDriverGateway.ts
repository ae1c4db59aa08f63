import path from 'node:path';
import { describe } from 'vitest';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { deckEngines } from '../helpers/deckEngines.js';
import { wipeGateway } from '../helpers/gatewayContents.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { describeEntityDriver } from './entityDriverSuite.js';

/** `npm run test:gateway`: the suite against a gateway that somebody named. See scripts/testGateway.ts, which sets this. */
export interface GatewayToTest {
  url: string;
  headers: Record<string, string>;
  version: string;
  /** A workspace made for the tests, where the gateway has them. */
  otherWorkspace?: string;
}

const { url, headers, version, otherWorkspace } = JSON.parse(process.env.KONG_BACKUP_GATEWAY ?? '{}') as GatewayToTest;
const facts = await schemaFolder(path.resolve(import.meta.dirname, '../../schemas')).facts(version);
const runs = Number(process.env.KONG_BACKUP_RUNS ?? 5);

const wipe = async () => {
  if (otherWorkspace !== undefined) await wipeGateway(url, { headers, workspace: otherWorkspace });
  await wipeGateway(url, { headers });
};

const engines = [
  {
    name: 'the Admin API engine',
    create: () => createAdminApiDriver({ requestTimeout: 30_000 }),
    describeTool: describe,
  },
  ...(await deckEngines()),
];

for (const engine of engines) {
  engine.describeTool(`${engine.name}, Kong ${version}`, () => {
    const start = () =>
      Promise.resolve({
        target: targetOf(url, {}, headers),
        ...(otherWorkspace === undefined ? {} : { otherWorkspace }),
        reset: wipe,
        close: wipe,
      });
    describeEntityDriver(engine, start, { facts, runs });
  });
}
