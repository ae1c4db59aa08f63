import path from 'node:path';
import { describe } from 'vitest';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { deckEngines } from '../helpers/deckEngines.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { describeFailures } from './entityDriverFailures.js';
import { describeEntityDriver, type EngineUnderTest, type GatewayUnderTest } from './entityDriverSuite.js';

const facts = await schemaFolder(path.resolve(import.meta.dirname, '../../schemas')).facts('3.9');
/** More by the environment, for a night: KONG_BACKUP_RUNS=500. */
const runs = Number(process.env.KONG_BACKUP_RUNS ?? 10);

const adminApi: EngineUnderTest = {
  name: 'the Admin API engine',
  create: () => createAdminApiDriver({ requestTimeout: 10_000 }),
};

async function practice(): Promise<GatewayUnderTest> {
  const gateway = await startPracticeGateway({ facts, workspaces: ['default', 'payments'] });
  return {
    target: targetOf(gateway.url),
    otherWorkspace: 'payments',
    reset: () => Promise.resolve(gateway.reset()),
    close: () => gateway.close(),
    failWritesAfter: (after) =>
      gateway.faults.add({
        methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
        after,
        effect: { status: 503, body: { message: 'name resolution failed' } },
      }),
  };
}

for (const engine of [{ ...adminApi, describeTool: describe }, ...(await deckEngines())]) {
  engine.describeTool(`entity driver: ${engine.name}`, () => {
    describeEntityDriver(engine, practice, { facts, runs });
    describeFailures(engine, facts);
  });
}
