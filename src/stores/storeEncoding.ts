import type { Compression } from '../core/environmentSections.js';
import type { ArtifactFile, CatalogueEntry, Manifest } from '../core/snapshot.js';
import { encodeSnapshot } from './encoding/encodeSnapshot.js';
import type { Identity, Sealing } from './encoding/encoding.js';
import { openManifest } from './encoding/sealedManifest.js';
import { createSnapshotReader, type SnapshotReader } from './encoding/snapshotReader.js';
import { type NeededObject, storedObjects } from './encoding/storedObjects.js';
import type { ObjectStorage } from './objectStorage.js';

/** Of each environment so many snapshots are built upon. */
const builtUpon = 3;

/** Milliseconds without a read after which a reader and the packs it keeps in memory are let go. */
const readerIdle = 30_000;

/** The keys of an encrypted store, found when they are first needed. */
export interface StoreKeys {
  /** To whom a new snapshot is encrypted. @throws KongBackupError `key-*`, `environment-invalid`, `store-*`. */
  sealing(signal: AbortSignal): Promise<Sealing>;
  /** What opens snapshots. @throws KongBackupError `key-*`, `file-*`, `store-*`. */
  identities(signal: AbortSignal): Promise<readonly Identity[]>;
}

export interface EncodingSettings {
  compression: Compression;
  deduplicate: boolean;
  /** Absent: new snapshots are not encrypted. */
  keys?: StoreKeys;
  /** Absolute path of a folder of ours for this store; it may vanish at any time. */
  cacheFolder?: string;
}

/** How a store turns the files of snapshots into objects, and back. */
export interface SnapshotEncoding {
  /** Whether what is new is encrypted: nothing plain may lie in the store then, not for a moment either. */
  readonly encrypts: boolean;
  /** @param known what the store holds, the newest first, for those that build upon it. */
  encode(
    source: Parameters<typeof encodeSnapshot>[0],
    known: () => Promise<readonly CatalogueEntry[]>,
    signal: AbortSignal,
  ): ReturnType<typeof encodeSnapshot>;
  /** The whole of an encrypted manifest. @throws KongBackupError `key-*`, `snapshot-damaged`. */
  openManifest(manifest: Manifest, signal: AbortSignal): Promise<Manifest>;
  /** @param manifest opened. @throws KongBackupError `snapshot-damaged`, `key-*`, `store-*`. */
  openFile(manifest: Manifest, artifact: ArtifactFile, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** All that a snapshot consists of but its manifest. */
  stored(manifest: Manifest): NeededObject[];
}

export const plainSettings: EncodingSettings = { compression: 'none', deduplicate: false };

export function createEncoding(storage: ObjectStorage, settings: EncodingSettings): SnapshotEncoding {
  const { compression, deduplicate, keys, cacheFolder } = settings;
  const readerFor = keptReader(storage);
  const identitiesFor = async ({ encryption }: Manifest, signal: AbortSignal) =>
    (encryption && (await keys?.identities(signal))) ?? [];
  return {
    encrypts: keys !== undefined,
    async encode(source, list, signal) {
      const sealing = await keys?.sealing(signal);
      const options = { compression, deduplicate, ...(sealing && { sealing }) };
      if (!deduplicate) return encodeSnapshot(source, options, signal);
      const known = {
        // Who may not look builds upon nothing.
        manifests: buildUpon(await list().catch(() => [])),
        storage,
        // Without the secret only the cache tells what encrypted packs hold.
        identities: (await keys?.identities(signal).catch(() => undefined)) ?? [],
        ...(cacheFolder !== undefined && { cacheFolder }),
      };
      return encodeSnapshot(source, { ...options, known }, signal);
    },
    openManifest: async (manifest, signal) => openManifest(manifest, await identitiesFor(manifest, signal)),
    openFile: async (manifest, artifact, signal) =>
      readerFor(await identitiesFor(manifest, signal)).open(manifest, artifact, signal),
    stored: storedObjects,
  };
}

/** None that is damaged, forgotten or less than whole: the new snapshot would be as bad. @param entries newest first. */
function buildUpon(entries: readonly CatalogueEntry[]): Manifest[] {
  const taken = new Map<string, number>();
  return entries.flatMap(({ manifest, state }) => {
    if (!manifest || state?.forgotten || state?.verified?.result === 'damaged') return [];
    const owner = manifest.environment.id;
    const count = (taken.get(owner) ?? 0) + 1;
    taken.set(owner, count);
    return count > builtUpon ? [] : [manifest];
  });
}

/** What is read together shares a reader, and what it keeps in memory does not stay for ever. */
function keptReader(storage: ObjectStorage): (identities: readonly Identity[]) => SnapshotReader {
  let kept: { reader: SnapshotReader; opens: string; timer: NodeJS.Timeout } | undefined;
  return (identities) => {
    const opens = identities.map(({ fingerprint }) => fingerprint).join();
    clearTimeout(kept?.timer);
    const reader = kept?.opens === opens ? kept.reader : createSnapshotReader(storage, identities);
    const timer = setTimeout(() => (kept = undefined), readerIdle);
    timer.unref();
    kept = { reader, opens, timer };
    return reader;
  };
}
