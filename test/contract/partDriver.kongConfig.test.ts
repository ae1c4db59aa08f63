import { onTestFinished } from 'vitest';
import type { Command } from '../../src/core/environmentSections.js';
import { createKongConfigDriver } from '../../src/drivers/kongConfig.js';
import { startPracticeGateway } from '../../src/practice/practiceGateway.js';
import { aroundKong, countsOf, kongTarget, shippedFacts, someDatabase, standInKong } from '../helpers/kongStandIn.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { partDriverContract, type PartUnderTest } from './partDriverContract.js';
import { someGateway } from '../helpers/someGateway.js';

/** `kong config` by a stand-in with the recorded words; the gateway that is waited for is the practice one. */
async function kong(copy?: Command): Promise<PartUnderTest> {
  const folder = await temporaryFolder();
  const practice = await startPracticeGateway({ facts: await shippedFacts.facts('3.9') });
  onTestFinished(() => practice.close());
  const standIn = await standInKong(folder, { ready: true, entities: someDatabase() });
  const counts = async () => countsOf(await standIn.read());
  return {
    driver: createKongConfigDriver(aroundKong({ keep: `${folder}/before`, gateway: someGateway, counts })),
    target: kongTarget(practice.url, { command: standIn.command, ...(copy && { copy }) }),
    read: async () => JSON.stringify(sorted((await standIn.read()).entities)),
    // db_import deletes nothing: what is added stays, as the plan says.
    change: () =>
      standIn.change((state) => {
        state.entities['routes'] = [];
        const [service] = state.entities['services'] ?? [];
        if (service) service['host'] = 'elsewhere';
      }),
  };
}

const sorted = (entities: Awaited<ReturnType<typeof someDatabase>>): unknown =>
  Object.entries(entities).sort(([a], [b]) => (a < b ? -1 : 1));

partDriverContract('kong-config, on this machine', () => kong());
// `env` runs what follows it, as `docker exec kong` does.
if (process.platform !== 'win32') partDriverContract('kong-config, behind a command prefix', () => kong(['env']));
