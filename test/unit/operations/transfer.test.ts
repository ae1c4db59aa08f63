import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import { findSnapshot } from '../../../src/operations/findSnapshot.js';
import { createTransfers } from '../../../src/operations/transfer.js';
import { joinStores } from '../../../src/stores/joinedStores.js';
import { createNamedStores } from '../../../src/stores/namedStores.js';
import { createUpkeep } from '../../../src/stores/upkeep.js';
import { publishSnapshot } from '../../helpers/manifests.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

/** One snapshot in the store "archive" and, with the same id, in the default one. `production` has the first for its own. */
async function withCopies(environment: 'production' | 'staging') {
  const folder = await temporaryFolder();
  const storeOf = (name: string) => Promise.resolve(name === 'production' ? 'archive' : undefined);
  const stores = createNamedStores({
    root: path.join(folder, 'default'),
    baseFolder: folder,
    cacheFolder: path.join(folder, 'cache'),
    sections: () => Promise.resolve([{ name: 'archive', folder: 'archive' }]),
    storeOf,
    fill: (text) => Promise.resolve(text),
  });
  const store = joinStores(stores);
  const exported: string[] = [];
  const transfers = createTransfers({
    store,
    storeOf,
    openArchive: () => Promise.reject(new Error('nothing is imported here')),
    places: () =>
      Promise.resolve(
        [undefined, 'archive'].map((name) => ({
          ...(name !== undefined && { name }),
          async open() {
            const repository = await stores.open(name);
            return {
              store: repository,
              upkeep: createUpkeep(repository.pruning),
              encrypts: false,
              writeArchive: () => {
                exported.push(name ?? 'default');
                return Promise.resolve({ bytes: 1 });
              },
            };
          },
        })),
      ),
  });
  for (const name of [undefined, 'archive']) {
    await publishSnapshot(await stores.open(name), environment, { 'a.yaml': 'text' });
  }
  return { store, transfers, exported };
}

const id = (environment: string) => `${environment}/2026-11-21T06-35-17.123Z`;

describe('a snapshot of which another store has a copy', () => {
  it.each([
    ['archive:staging/latest', 'archive'],
    [`archive:${id('staging')}`, 'archive'],
    ['archive:staging/2026', 'archive'],
    ['staging/latest', 'default'],
    ['default:staging/latest', 'default'],
    [`default:${id('staging')}`, 'default'],
    ['archive:production/latest', 'archive'],
    ['production/latest', 'archive'],
    ['production/2026', 'archive'],
    ['default:production/latest', 'default'],
    ['default:production/2026-11', 'default'],
  ])('is exported as %s from the store that is named, else from its own', async (name, expected) => {
    const environment = name.includes('staging') ? 'staging' : 'production';
    const { store, transfers, exported } = await withCopies(environment);
    const whole = `${expected === 'archive' ? 'archive:' : ''}${id(environment)}`;
    expect((await transfers.exportSnapshot(name, '/x.tar', quietContext())).id).toBe(whole);
    expect(exported).toEqual([expected]);
    expect((await findSnapshot(store, name)).manifest.id).toBe(whole);
  });

  it('is copied from the store that is named', async () => {
    const { transfers } = await withCopies('staging');
    const copy = (name: string, to: string) => transfers.copySnapshot(name, to, {}, quietContext());
    expect(await copy('archive:staging/latest', 'default')).toMatchObject({ id: id('staging'), result: 'there' });
    await expect(copy('default:staging/latest', 'default')).rejects.toMatchObject({ code: 'environment-invalid' });
  });

  it.each(['archvie:staging/latest', `archvie:${id('staging')}`])(
    'is not looked for in a store that is not there: %s',
    async (name) => {
      const { transfers } = await withCopies('staging');
      await expect(transfers.exportSnapshot(name, '/x.tar', quietContext())).rejects.toMatchObject({
        code: 'snapshot-missing',
        place: name,
        remedy: 'The stores are default, archive.',
      });
    },
  );
});
