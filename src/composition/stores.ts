import path from 'node:path';
import type { AppOptions } from '../app.js';
import type { CaredStore } from '../core/upkeep.js';
import type { Environments } from '../operations/environments.js';
import { fillReferences } from '../operations/fillReferences.js';
import type { StoreSetupParts } from '../operations/storeSetup.js';
import type { TransferParts } from '../operations/transfer.js';
import { createAtomicTextFile } from '../stores/atomicTextFile.js';
import { drillKey, keyFingerprint, makeKey, makePassphraseKey, readKeys } from '../stores/keySetup.js';
import { createUpkeep } from '../stores/upkeep.js';
import { openArchive } from '../stores/openArchive.js';
import { writeArchive } from '../stores/writeArchive.js';
import { createNamedStores, type NamedStores, type StoresOptions } from '../stores/namedStores.js';
import { systemCacheFolder } from '../stores/systemCacheFolder.js';

export const namedStores = (options: AppOptions, environments: Environments): NamedStores =>
  createNamedStores(storesOptions(options, environments));

function storesOptions(options: AppOptions, { environments }: Environments): StoresOptions {
  const { environmentsFile, snapshotRoot, cacheFolder, storedStoreKeys, onListing } = options;
  const baseFolder = path.dirname(environmentsFile);
  const places = { baseFolder, variables: process.env };
  return {
    root: snapshotRoot,
    baseFolder,
    cacheFolder: cacheFolder ?? systemCacheFolder(process.env),
    sections: async () => (await environments()).stores ?? [],
    storeOf: async (name) => (await environments()).environments.find((each) => each.name === name)?.store,
    isUsed: async (name) => (await environments()).environments.some(({ store }) => store === name),
    fill: async (text, place) => (await fillReferences(text, place, places)).text,
    ...(storedStoreKeys && { storedKeys: storedStoreKeys }),
    ...(onListing && { report: onListing }),
  };
}

export function storeSetupParts(options: AppOptions, environments: Environments): StoreSetupParts {
  const opening = storesOptions(options, environments);
  return {
    environments,
    file: createAtomicTextFile(options.environmentsFile),
    keys: {
      make: makeKey,
      makeByPassphrase: (section, passphrase, signal) => makePassphraseKey(section, passphrase, opening, signal),
      read: readKeys,
      fingerprint: keyFingerprint,
      drill: (section, signal) => drillKey(section, opening, signal),
    },
    resolve: (file) => path.resolve(opening.baseFolder, file),
    fill: opening.fill,
  };
}

export function transferParts(
  store: TransferParts['store'],
  stores: NamedStores,
  { environments }: Environments,
): TransferParts {
  return {
    store,
    storeOf: (environment) => stores.storeOf(environment),
    openArchive: (file, identityFile, context) =>
      openArchive(file, (storage) => stores.keysFor(storage, identityFile), context),
    async places() {
      const sections = (await environments()).stores ?? [];
      return [undefined, ...sections].map((section) => ({
        ...(section && { name: section.name }),
        async open() {
          const repository = await stores.open(section?.name);
          return {
            store: repository,
            upkeep: createUpkeep(repository.pruning),
            encrypts: section?.encryption !== undefined,
            writeArchive: (id, file, context) => writeArchive(repository, id, file, context),
          };
        },
      }));
    },
  };
}

export async function caredStores(stores: NamedStores): Promise<CaredStore[]> {
  const names = [undefined, ...(await stores.names())];
  return names.map((name) => ({
    prefix: name === undefined ? '' : `${name}:`,
    async open() {
      const store = await stores.open(name);
      return { store, upkeep: createUpkeep(store.pruning) };
    },
  }));
}
