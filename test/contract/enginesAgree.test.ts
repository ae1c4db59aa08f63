import { readFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/context.js';
import type { Target } from '../../src/core/environment.js';
import { createAdminApiDriver } from '../../src/drivers/adminApi.js';
import { readDeckFile, type DeckFile } from '../../src/estate/deckFile.js';
import type { Entity } from '../../src/estate/entity.js';
import { planWorkspace } from '../../src/estate/plan.js';
import { startPracticeGateway, type PracticeGateway } from '../../src/practice/practiceGateway.js';
import { schemaFolder } from '../../src/schema/folder.js';
import { deckEngines } from '../helpers/deckEngines.js';
import { comparableEntities, readGateway } from '../helpers/gatewayContents.js';
import { loadEstate } from '../helpers/loadEstate.js';
import { estates } from '../helpers/randomEstate.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import type { EngineUnderTest } from './entityDriverSuite.js';

const facts = await schemaFolder(path.resolve(import.meta.dirname, '../../schemas')).facts('3.9');
const runs = Number(process.env.KONG_BACKUP_RUNS ?? 10);
const timeout = 60_000 + runs * 10_000;

const ours: EngineUnderTest = { name: 'ours', create: () => createAdminApiDriver({ requestTimeout: 10_000 }) };
const context = quietContext();

/** One engine stands in for another: what one wrote, the other reads and brings back. */
for (const deck of await deckEngines()) {
  deck.describeTool(`the Admin API engine and ${deck.name}`, () => {
    let gateway: PracticeGateway;
    let target: Target;

    beforeAll(async () => {
      gateway = await startPracticeGateway({ facts });
      target = targetOf(gateway.url);
    });
    afterAll(() => gateway?.close());

    const known = (entities: readonly Entity[]) =>
      entities.filter((entity) => deck.fieldsOf?.(entity.kind) !== undefined || !deck.fieldsOf);
    const keep = (kind: string) => {
      const fields = deck.fieldsOf?.(kind);
      return fields === 'all' ? undefined : fields;
    };
    const shown = (entities: readonly Entity[]) => comparableEntities(known(entities), keep);
    const usable = (estate: readonly Entity[]) => known(estate).filter((entity) => !deck.refuses?.(entity));

    const dumpBy = async (engine: EngineUnderTest, folder: string): Promise<DeckFile & { file: string }> => {
      const file = path.join(folder, `${engine.name.replaceAll(' ', '-')}.yaml`);
      await engine.create().dump(target, { workspace: 'default', file }, context);
      return { ...readDeckFile(await readFile(file, 'utf8'), file, { allowEmpty: true }), file };
    };
    const restoreBy = async (engine: EngineUnderTest, { file, entities }: DeckFile & { file: string }) => {
      const live = await readGateway(gateway.url);
      const plan = planWorkspace({ workspace: 'default', exists: true, desired: entities, live, facts });
      const { failed } = await engine.create().apply(target, { plan, file }, context);
      expect(failed).toEqual([]);
    };

    it('write equal files', { timeout }, async () => {
      const folder = await temporaryFolder();
      let run = 0;
      const property = fc.asyncProperty(estates(), async (estate) => {
        gateway.reset();
        await loadEstate(gateway.url, estate);
        const here = { ...ours, name: `ours-${++run}` };
        const there = { ...deck, name: `deck-${run}` };
        const [one, other] = [await dumpBy(here, folder), await dumpBy(there, folder)];
        expect(shown(one.entities)).toEqual(shown(other.entities));
        const { formatVersion, workspace, selectTags } = one;
        expect(other).toMatchObject({ formatVersion });
        expect([workspace, selectTags]).toEqual([other.workspace, other.selectTags]);
      });
      await fc.assert(property, { numRuns: runs });
    });

    describe('bring back what the other wrote', () => {
      const roundTrip = async (estate: readonly Entity[], from: EngineUnderTest, to: EngineUnderTest) => {
        gateway.reset();
        await loadEstate(gateway.url, usable(estate));
        const before = shown(await readGateway(gateway.url));
        const written = await dumpBy(from, await temporaryFolder());
        gateway.reset();
        await restoreBy(to, written);
        expect(shown(await readGateway(gateway.url))).toEqual(before);
      };

      it("ours by decK's file", { timeout }, async () => {
        const property = fc.asyncProperty(estates(), (estate) => roundTrip(estate, deck, ours));
        await fc.assert(property, { numRuns: runs });
      });

      if (deck.fieldsOf) {
        it('not decK by our file, whose fields came after it', async () => {
          gateway.reset();
          await loadEstate(gateway.url, [{ kind: 'services', fields: { name: 's', host: 'h' } }]);
          const written = await dumpBy(ours, await temporaryFolder());
          gateway.reset();
          await expect(restoreBy(deck, written)).rejects.toMatchObject({ code: 'file-invalid' });
          expect(await readGateway(gateway.url)).toEqual([]);
        });
      } else {
        it('decK by our file', { timeout }, async () => {
          const property = fc.asyncProperty(estates(), (estate) => roundTrip(estate, ours, deck));
          await fc.assert(property, { numRuns: runs });
        });
      }
    });
  });
}
