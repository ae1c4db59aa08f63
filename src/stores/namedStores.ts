import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Progress } from '../core/context.js';
import type { S3Section, StoreSection } from '../core/environmentSections.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import { createCatalogueCache } from './catalogueCache.js';
import { readIdentityFile } from './encoding/keys.js';
import { createStoreKeys } from './encoding/storeKeys.js';
import { createFolderStore } from './folder.js';
import type { ObjectStorage } from './objectStorage.js';
import { createRepository, type Repository } from './repository.js';
import type { S3Credentials } from './s3Client.js';
import { createEncoding, type EncodingSettings, type StoreKeys } from './storeEncoding.js';

export interface StoresOptions {
  /** Absolute path of the folder of the default store, which has no name. */
  root: string;
  /** Absolute path that relative ones of the environments file start from. */
  baseFolder: string;
  /** Absolute path of a folder of ours that may vanish at any time. */
  cacheFolder: string;
  /** The entries of `stores` as the environments file has them now. */
  sections(): Promise<readonly StoreSection[]>;
  /** The name of the store that the environments file gives an environment. */
  storeOf(environment: string): Promise<string | undefined>;
  /** Whether any environment keeps its snapshots in the store; none does when absent. */
  isUsed?(store: string): Promise<boolean>;
  /** Fills in references to secrets. @param place what names them. @throws KongBackupError `secret-missing`. */
  fill(text: string, place: string): Promise<string>;
  /** The keys that the shell keeps for a store that names none; undefined when it has none either. */
  storedKeys?(store: string, s3: S3Section): Promise<S3Keys | undefined>;
  /** Told of a listing that takes its time. */
  report?(progress: Progress): void;
}

export type S3Keys = Extract<S3Credentials, { accessKeyId: string }>;

/** The stores of an environments file, each opened when it is first needed and again when its entry changed. */
export interface NamedStores {
  names(): Promise<string[]>;
  storeOf(environment: string): Promise<string | undefined>;
  /** @param name the default store when absent. @throws KongBackupError `environment-invalid`, `secret-missing`. */
  open(name: string | undefined): Promise<Repository>;
  /** A store that was opened before. */
  opened(name: string | undefined): Repository | undefined;
  /** What opens a snapshot that is in none of the stores: the keys of all of them. @param identityFile absolute path, tried too. */
  keysFor(storage: ObjectStorage, identityFile?: string): StoreKeys;
  /** The next `open` reads its credentials anew. */
  forget(name: string | undefined): void;
}

const byDefault: EncodingSettings = { compression: 'auto', deduplicate: true };

export function createNamedStores(options: StoresOptions): NamedStores {
  const unnamed = createFolderStore(options.root, () => byDefault, options.cacheFolder, options.report);
  const open = new Map<string, { text: string; opening: Promise<Repository>; opened?: Repository }>();
  return {
    names: async () => (await options.sections()).map(({ name }) => name),
    storeOf: (environment) => options.storeOf(environment),
    async open(name) {
      if (name === undefined) return unnamed;
      const section = (await options.sections()).find((each) => each.name === name);
      if (!section) throw notThere(name);
      const text = JSON.stringify(section);
      const known = open.get(name);
      if (known?.text === text) return known.opening;
      const entry: { text: string; opening: Promise<Repository>; opened?: Repository } = {
        text,
        opening: openStore(section, options),
      };
      open.set(name, entry);
      try {
        return (entry.opened = await entry.opening);
      } catch (error) {
        if (open.get(name) === entry) open.delete(name);
        throw error;
      }
    },
    opened: (name) => (name === undefined ? unnamed : open.get(name)?.opened),
    keysFor: (storage, identityFile) => keysOfAll(storage, options, identityFile),
    forget: (name) => void open.delete(name ?? ''),
  };
}

function keysOfAll(storage: ObjectStorage, options: StoresOptions, identityFile: string | undefined): StoreKeys {
  return {
    sealing: () => Promise.reject(new Error('Nothing is written there.')),
    async identities(signal) {
      const given = identityFile === undefined ? [] : await readIdentityFile(identityFile);
      const found = new Map(given.map((identity) => [identity.fingerprint, identity]));
      let wrong: unknown;
      for (const section of await options.sections()) {
        try {
          const keys = await settingsOf(section, storage, options).keys?.identities(signal);
          for (const identity of keys ?? []) found.set(identity.fingerprint, identity);
        } catch (error) {
          if (isKongBackupError(error, 'cancelled')) throw error;
          if (isKongBackupError(error, 'key-wrong')) wrong = error;
        }
      }
      if (found.size === 0 && wrong !== undefined) throw wrong;
      return [...found.values()];
    },
  };
}

async function openStore(section: StoreSection, options: StoresOptions): Promise<Repository> {
  const { s3, folder = '' } = section;
  if (!s3) {
    const root = path.resolve(options.baseFolder, folder);
    return createFolderStore(
      root,
      (storage) => settingsOf(section, storage, options),
      options.cacheFolder,
      options.report,
      { name: section.name, isUsed: () => options.isUsed?.(section.name) ?? Promise.resolve(false) },
    );
  }
  const { storage, pruning } = await openBucket(section.name, s3, options);
  const settings = settingsOf(section, storage, options);
  const name = createHash('sha256').update(storage.location).digest('hex').slice(0, 16);
  const cacheFolder = path.join(options.cacheFolder, `packs-${name}`);
  return createRepository({
    storage,
    pruning,
    encoding: createEncoding(storage, { ...settings, cacheFolder }),
    cache: createCatalogueCache(options.cacheFolder, storage.location),
    ...(options.report && { report: options.report }),
  });
}

/** The client for S3 is a megabyte: loaded where there is such a store. */
async function openBucket(
  name: string,
  s3: S3Section,
  options: StoresOptions,
): Promise<{ storage: ObjectStorage; pruning: ObjectStorage }> {
  const { s3Storage } = await import('./s3Storage.js');
  const { bucket, prefix, region, endpoint, pathStyle, profile, sessionToken } = s3;
  const keys = async (id?: string, secret?: string, token?: string): Promise<S3Keys | undefined> => {
    if (id === undefined || secret === undefined) return undefined;
    const fill = (text: string, field: string) => options.fill(text, `${name}: ${field}`);
    return {
      accessKeyId: await fill(id, 'accessKeyId'),
      secretAccessKey: await fill(secret, 'secretAccessKey'),
      ...(token !== undefined && { sessionToken: await fill(token, 'sessionToken') }),
    };
  };
  const credentials: S3Credentials | undefined =
    profile === undefined
      ? ((await keys(s3.accessKeyId, s3.secretAccessKey, sessionToken)) ?? (await options.storedKeys?.(name, s3)))
      : { profile };
  const pruneCredentials: S3Credentials | undefined =
    s3.pruneProfile === undefined
      ? await keys(s3.pruneAccessKeyId, s3.pruneSecretAccessKey).catch((error: unknown) => unlessMissing(error))
      : { profile: s3.pruneProfile };
  const place = {
    bucket,
    ...(prefix !== undefined && { prefix }),
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint }),
    ...(pathStyle !== undefined && { pathStyle }),
  };
  const storage = s3Storage({ ...place, ...(credentials && { credentials }) });
  const pruning = pruneCredentials ? s3Storage({ ...place, credentials: pruneCredentials }) : storage;
  return { storage, pruning };
}

/** A machine that only makes backups need not have the secret for deleting. */
function unlessMissing(error: unknown): undefined {
  if (isKongBackupError(error, 'secret-missing')) return undefined;
  throw error;
}

function settingsOf(
  { name, compression = 'auto', deduplicate = true, encryption }: StoreSection,
  storage: ObjectStorage,
  options: StoresOptions,
): EncodingSettings {
  if (!encryption) return { compression, deduplicate };
  const { recipients, identityFile, passphrase } = encryption;
  let made: Promise<StoreKeys> | undefined;
  // To list needs no key, so that nothing asks for the secret before.
  const keys = (): Promise<StoreKeys> => {
    made ??= (
      passphrase === undefined
        ? Promise.resolve(undefined)
        : options.fill(passphrase, `${name}: passphrase`).catch((error: unknown) => {
            throw asMissingKey(error);
          })
    ).then((secret) =>
      createStoreKeys(
        storage,
        {
          ...(recipients && { recipients }),
          ...(identityFile !== undefined && { identityFile: path.resolve(options.baseFolder, identityFile) }),
          ...(secret !== undefined && { passphrase: secret }),
        },
        name,
      ),
    );
    made.catch(() => (made = undefined));
    return made;
  };
  return {
    compression,
    deduplicate,
    keys: {
      sealing: async (signal) => (await keys()).sealing(signal),
      identities: async (signal) => (await keys()).identities(signal),
    },
  };
}

/** Who has no passphrase has no key. */
function asMissingKey(error: unknown): unknown {
  if (!isKongBackupError(error, 'secret-missing')) return error;
  const { place, reason, remedy } = error;
  return new KongBackupError('key-missing', { place, reason, remedy, cause: error });
}

const notThere = (name: string): KongBackupError =>
  new KongBackupError('environment-invalid', {
    place: name,
    reason: `The environments file has no store "${name}".`,
    remedy: 'Add it to the list "stores", or correct the name.',
  });
