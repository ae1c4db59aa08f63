import { KongBackupError } from '../core/errors.js';
import { lacksFields } from '../core/coverage.js';
import type { ArtifactFile, Manifest, PartRecord } from '../core/snapshot.js';
import type { SnapshotStore } from '../core/store.js';
import { countKinds } from '../estate/countKinds.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { differingCounts } from './counting.js';
import { readingOf } from './quickYaml.js';

/** What a snapshot holds of one workspace. */
export interface HeldWorkspace {
  workspace: string;
  part: PartRecord;
  bytes: Uint8Array;
  file: DeckFile;
  /** Kinds that the snapshot does not hold: it says nothing of them, least of all that there are none. */
  unknownKinds: Set<string>;
  /** Kinds that it holds in part: what is not in it may be missing for that reason. */
  partKinds: Set<string>;
  /** True when it was taken by a tool that drops the fields of newer gateways: of those it says nothing. */
  lacksFields: boolean;
}

/**
 * The entities of a snapshot, workspace by workspace, each file compared with its checksum.
 * @param wanted all that the snapshot holds when absent.
 * @throws KongBackupError `snapshot-damaged`, `snapshot-without-part`, `file-invalid`.
 */
export async function readSnapshotEntities(
  store: SnapshotStore,
  manifest: Manifest,
  wanted?: readonly string[],
): Promise<HeldWorkspace[]> {
  return Promise.all(partsOfWorkspaces(manifest, wanted).map(({ part }) => readPart(store, manifest, part)));
}

/** The files that hold the entities, by workspace; those of all workspaces without `wanted`. @throws KongBackupError `snapshot-without-part`. */
export function partsOfWorkspaces(
  manifest: Manifest,
  wanted?: readonly string[],
): { workspace: string; part: PartRecord; file: ArtifactFile }[] {
  const parts = manifest.parts.filter(({ kind, format }) => kind === 'entities' && format === 'deck');
  const has = parts.map(({ workspace }) => workspace ?? '');
  const missing = wanted?.find((workspace) => !has.includes(workspace));
  if (parts.length === 0 || missing !== undefined) {
    throw new KongBackupError('snapshot-without-part', {
      place: manifest.id,
      reason:
        missing === undefined
          ? 'The snapshot holds no entities.'
          : `The snapshot does not hold workspace "${missing}"; it holds ${has.join(', ')}.`,
      remedy: 'Choose another snapshot or workspace.',
    });
  }
  return parts
    .filter(({ workspace }) => wanted?.includes(workspace ?? '') ?? true)
    .map((part) => ({ workspace: part.workspace ?? '', part, file: fileOf(manifest, part) }));
}

function fileOf({ id }: Manifest, { workspace = '', files: [file] }: PartRecord): ArtifactFile {
  if (file) return file;
  throw new KongBackupError('snapshot-without-part', {
    place: id,
    reason: `The manifest names no file for workspace "${workspace}".`,
    remedy: 'Choose another snapshot.',
  });
}

async function readPart(store: SnapshotStore, manifest: Manifest, part: PartRecord): Promise<HeldWorkspace> {
  const artifact = fileOf(manifest, part);
  const workspace = part.workspace ?? '';
  const bytes = await store.read(manifest.id, artifact.path);
  const text = new TextDecoder().decode(bytes);
  // Empty on purpose: the snapshot says by its counts that there was nothing, a file alone could not.
  const allowEmpty = Object.values(part.counts).every((count) => count === 0);
  const options = { allowEmpty, ...readingOf(part.driver) };
  const file = readDeckFile(text, `${manifest.id}/${artifact.path}`, options);
  refuseOtherContents(manifest, part, file);
  const gaps = manifest.coverage.notHeld.filter((gap) => gap.part === 'entities' && gap.workspace === workspace);
  const kindsOf = (partial: boolean): Set<string> =>
    new Set(gaps.filter((gap) => (gap.partial ?? false) === partial).flatMap(({ kind }) => kind ?? []));
  const kinds = { unknownKinds: kindsOf(false), partKinds: kindsOf(true) };
  return { workspace, part, bytes, file, ...kinds, lacksFields: gaps.some(lacksFields) };
}

/** What a deep verification would find, found before anything is planned. */
function refuseOtherContents({ id }: Manifest, { workspace, counts }: PartRecord, file: DeckFile): void {
  const other = file.workspace !== undefined && workspace !== undefined && file.workspace !== workspace;
  const [difference] = differingCounts(countKinds(file.entities), counts, []);
  if (!other && !difference) return;
  throw new KongBackupError('snapshot-damaged', {
    place: id,
    reason: other
      ? `The manifest says workspace "${workspace}", the file says "${file.workspace}".`
      : `The file of workspace "${workspace ?? ''}" holds ${difference?.inFile} ${difference?.kind}, the manifest says ${difference?.inGateway}.`,
    remedy: 'Choose another snapshot.',
  });
}
