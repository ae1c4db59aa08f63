import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderStorage } from '../../src/stores/folderStorage.js';
import { createRepository, type Repository } from '../../src/stores/repository.js';
import { s3Storage } from '../../src/stores/s3Storage.js';
import { createEncoding, type EncodingSettings } from '../../src/stores/storeEncoding.js';
import { generateKey } from '../../src/stores/encoding/keys.js';
import { createStoreKeys } from '../../src/stores/encoding/storeKeys.js';
import { systemCacheFolder } from '../../src/stores/systemCacheFolder.js';
import type { ObjectStorage } from '../../src/stores/objectStorage.js';
import { startS3Server } from '../../test/helpers/s3Server.js';
import { versitygw } from '../tools/versitygw.js';

const packed = { compression: 'gzip', deduplicate: true } as const;

/** How stores keep snapshots: files as they are, in packs, in packs to a key, and those in a bucket. */
const settingsOf = {
  plain: { compression: 'none', deduplicate: false },
  packed,
  sealed: packed,
  bucket: packed,
} as const;

export type Form = keyof typeof settingsOf;
export const forms = Object.keys(settingsOf) as Form[];

export interface TortureStore {
  /** Absolute path of a folder with the environments file, for the command line to run in. */
  folder: string;
  /** Absolute path of the folder in which the store's objects are files. */
  root: string;
  /** What the environments file says of it, but its name. */
  section: object;
  store: Repository;
  /** Files that lie open where snapshots are made outside of the store. */
  staged(): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens a store in a temporary folder; this process and those that it starts have all their temporary files in it, and their caches. */
export async function openTortureStore(form: Form): Promise<TortureStore> {
  const { TMPDIR, XDG_CACHE_HOME } = process.env;
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-torture-'));
  const temporary = path.join(folder, 'tmp');
  await mkdir(temporary);
  Object.assign(process.env, { TMPDIR: temporary, XDG_CACHE_HOME: path.join(folder, 'cache') });
  const place = form === 'bucket' ? await bucketIn() : folderIn(folder);
  const { settings, section } = await sealingIn(folder, form);
  const cacheFolder = systemCacheFolder(process.env);
  return {
    folder,
    root: place.root,
    section: { ...settingsOf[form], ...place.section, ...section },
    store: place.open((storage) => ({ ...settingsOf[form], ...settings(storage) }), cacheFolder),
    staged: async () => [
      ...(await filesUnder(path.join(cacheFolder, 'staging'))),
      ...(await filesUnder(path.join(temporary, `kong-backup-${process.getuid?.() ?? 'staging'}`))),
    ],
    async close() {
      await place.close();
      process.env.TMPDIR = TMPDIR;
      process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
      // What is set to undefined is the text "undefined".
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

type SettingsFor = (storage: ObjectStorage) => EncodingSettings;

interface Place {
  root: string;
  section: object;
  open(settingsFor: SettingsFor, cacheFolder: string): Repository;
  close(): Promise<void>;
}

function folderIn(folder: string): Place {
  const root = path.join(folder, 'store');
  return {
    root,
    section: { folder: 'store' },
    // Without an index: what is listed was looked at.
    open(settingsFor, cacheFolder) {
      const storage = folderStorage(root);
      const encoding = createEncoding(storage, settingsFor(storage));
      return createRepository({ storage, encoding, privateStaging: path.join(cacheFolder, 'staging') });
    },
    close: () => Promise.resolve(),
  };
}

async function bucketIn(): Promise<Place> {
  const program = await versitygw.find();
  if (program === undefined) throw new Error('There is no versitygw: npm run setup gets it.');
  const server = await startS3Server(program);
  const options = await server.bucket();
  const { credentials, ...s3 } = options;
  const storage = s3Storage(options);
  if (credentials && 'accessKeyId' in credentials) {
    process.env.TORTURE_KEY_ID = credentials.accessKeyId;
    process.env.TORTURE_SECRET = credentials.secretAccessKey;
  }
  return {
    root: server.folderOf(s3.bucket),
    section: { s3: { ...s3, accessKeyId: '${env:TORTURE_KEY_ID}', secretAccessKey: '${env:TORTURE_SECRET}' } },
    open: (settingsFor) => createRepository({ storage, encoding: createEncoding(storage, settingsFor(storage)) }),
    close: () => server.stop(),
  };
}

async function sealingIn(
  folder: string,
  form: Form,
): Promise<{ section: object; settings: (storage: ObjectStorage) => Partial<EncodingSettings> }> {
  if (form !== 'sealed') return { section: {}, settings: () => ({}) };
  const { secret, recipient } = await generateKey(new Date());
  const identityFile = path.join(folder, 'key.txt');
  await writeFile(identityFile, `${secret}\n`, { mode: 0o600 });
  const encryption = { recipients: [recipient], identityFile };
  return { section: { encryption }, settings: (storage) => ({ keys: createStoreKeys(storage, encryption, form) }) };
}

/** Absolute paths. */
export async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
