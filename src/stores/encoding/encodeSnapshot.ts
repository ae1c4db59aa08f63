import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../core/errors.js';
import { writeError } from '../../core/fileErrors.js';
import type { ArtifactFile, Manifest, PackRecord, StoredWhole } from '../../core/snapshot.js';
import { privateFolder } from '../syncedWrite.js';
import { scanChunks } from './chunkScan.js';
import { chunkIds } from './chunkIds.js';
import { codecFor } from './codecs.js';
import type { EncodedObject, EncodedSnapshot, EncodingOptions } from './encoding.js';
import { cacheIndex, indexedFrom, loadKnownPacks } from './knownPacks.js';
import { formatIndex } from './packIndex.js';
import { type Form, indexKey, packHash, packKey, packName, suffixOf } from './packNames.js';
import { type NewPack, PackPlan } from './packPlan.js';
import { type Extent, formatPieces } from './pieces.js';
import { sealManifest } from './sealedManifest.js';
import { type Plan, planner } from './storedForm.js';
import { expectedFile, segmentsOf, writeObject } from './writeObject.js';

/** What `encodeSnapshot` works on. */
export interface EncodeSource {
  /** Absolute path of the staging folder: plain files as `manifest` names them. They are not changed. */
  directory: string;
  /** Absolute path of a folder for what is made of them: on the same file system as the store's folder at best. Made 0700. */
  output: string;
  manifest: Omit<Manifest, 'id'>;
}

/**
 * Turns the files of a snapshot into the objects to store. Every file is compared with its size and SHA-256 on the way. Nothing
 * plain is written outside `directory`, unless the snapshot isn't encrypted.
 * @throws KongBackupError `snapshot-damaged` when a file isn't what the manifest says, `store-full`, `store-unwritable`,
 *   `cancelled`.
 */
export async function encodeSnapshot(
  source: EncodeSource,
  options: EncodingOptions,
  signal: AbortSignal,
): Promise<EncodedSnapshot> {
  await mkdir(source.output, { recursive: true, mode: privateFolder }).catch((error: unknown) => {
    throw writeError(error, source.output);
  });
  return new Encoder(source, options, signal).encode();
}

class Encoder {
  private readonly objects: EncodedObject[] = [];
  private written = 0;

  constructor(
    private readonly source: EncodeSource,
    private readonly options: EncodingOptions,
    private readonly signal: AbortSignal,
  ) {}

  async encode(): Promise<EncodedSnapshot> {
    const { manifest } = this.source;
    const { sealing } = this.options;
    const planOf = planner(manifest.parts, this.options);
    const plans = new Map(manifest.parts.flatMap(({ files }) => files.map((file) => [file, planOf(file)] as const)));
    const { packs, pieces } = await this.encodePieces(
      [...plans].flatMap(([file, { as }]) => (as === 'pieces' ? file : [])),
    );
    const stored = new Map<ArtifactFile, ArtifactFile>();
    for (const [file, plan] of plans) {
      const text = pieces.get(file);
      const { stored: _, ...plain } = file;
      const form = text === undefined ? await this.encodeWhole(file, plan) : { pieces: text };
      stored.set(file, { ...plain, ...(form && { stored: form }) });
    }
    const whole = {
      ...manifest,
      parts: manifest.parts.map((part) => ({ ...part, files: part.files.map((file) => stored.get(file) ?? file) })),
      ...(packs.length > 0 && { packs }),
    };
    const { objects } = this;
    if (!sealing) return { manifest: whole, opened: whole, objects };
    const sealed = await sealManifest(whole, sealing);
    const { sealed: _, ...encryption } = sealed.encryption ?? { keys: [] };
    return { manifest: sealed, opened: { ...whole, encryption }, objects };
  }

  private async encodeWhole(artifact: ArtifactFile, plan: Plan): Promise<StoredWhole | undefined> {
    throwIfCancelled(this.signal, artifact.path);
    const file = this.fileOf(artifact);
    const plain = expectedFile(file, artifact.path, artifact);
    if (plan.as !== 'object') {
      for await (const _ of plain) throwIfCancelled(this.signal, artifact.path);
      const { bytes, sha256 } = artifact;
      this.objects.push({ scope: 'snapshot', key: artifact.path, file, bytes, sha256 });
      return undefined;
    }
    const { form, suffix } = plan;
    const place = this.nextFile();
    const content = await writeObject(place, plain, form, this.options.sealing, this.signal);
    this.objects.push({ scope: 'snapshot', key: artifact.path + suffix, file: place, ...content });
    return { suffix, ...content };
  }

  /** @returns the packs that the files need, and of each file the text that says what of them it consists of. */
  private async encodePieces(
    files: readonly ArtifactFile[],
  ): Promise<{ packs: PackRecord[]; pieces: Map<ArtifactFile, string> }> {
    if (files.length === 0) return { packs: [], pieces: new Map() };
    const { sealing, known } = this.options;
    const idOf = chunkIds(sealing?.recipients);
    const knownPacks = known ? await loadKnownPacks(known, sealing, idOf, this.signal) : [];
    const plan = new PackPlan(knownPacks);
    const extents = new Map<ArtifactFile, Extent[]>();
    for (const artifact of files) {
      const file = this.fileOf(artifact);
      extents.set(artifact, plan.add(file, await scanChunks(file, artifact, idOf, this.signal)));
    }
    const records = knownPacks.map(({ record }) => record);
    for (const pack of plan.newPacks) records.push(await this.writePack(pack));
    return numbered(records, extents);
  }

  private async writePack({ rawBytes, chunks, segments }: NewPack): Promise<PackRecord> {
    const { sealing, compression, known } = this.options;
    const form: Form = { codec: codecFor(compression), sealed: sealing !== undefined };
    const file = this.nextFile();
    const { bytes, sha256 } = await writeObject(file, segmentsOf(segments), form, sealing, this.signal);
    const record = { name: packName(sha256, suffixOf(form)), bytes, rawBytes };
    this.objects.push({ scope: 'store', key: packKey(record), file, bytes, sha256 });
    if (rawBytes >= indexedFrom) await this.writeIndex(record, formatIndex(sha256, chunks), form);
    await cacheIndex(known?.cacheFolder, packHash(record), chunks);
    return record;
  }

  private async writeIndex(record: PackRecord, index: Buffer, { sealed }: Form): Promise<void> {
    const file = this.nextFile();
    const form = { codec: undefined, sealed };
    const content = await writeObject(file, oneOf(index), form, this.options.sealing, this.signal);
    this.objects.push({ scope: 'store', key: indexKey(record), file, ...content });
  }

  private fileOf({ path: file }: ArtifactFile): string {
    return path.join(this.source.directory, ...file.split('/'));
  }

  private nextFile(): string {
    return path.join(this.source.output, `object-${this.written++}`);
  }
}

async function* oneOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Leaves out the packs that no file needs, and numbers the others anew. */
function numbered(
  records: readonly PackRecord[],
  extents: ReadonlyMap<ArtifactFile, Extent[]>,
): { packs: PackRecord[]; pieces: Map<ArtifactFile, string> } {
  const packs: PackRecord[] = [];
  const numbers = new Map<number, number>();
  const pieces = new Map<ArtifactFile, string>();
  for (const [file, list] of extents) {
    for (const { pack } of list) {
      const record = records[pack];
      if (record && !numbers.has(pack)) numbers.set(pack, packs.push(record) - 1);
    }
    pieces.set(file, formatPieces(list.map((extent) => ({ ...extent, pack: numbers.get(extent.pack) ?? 0 }))));
  }
  return { packs, pieces };
}
