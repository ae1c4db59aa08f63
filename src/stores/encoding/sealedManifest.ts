import { isDeepStrictEqual } from 'node:util';
import { KongBackupError } from '../../core/errors.js';
import { type ArtifactFile, importedLabel, type Manifest } from '../../core/snapshot.js';
import { parseManifest } from '../manifestText.js';
import { sealText, unsealText } from './age.js';
import type { Identity, Sealing } from './encoding.js';
import { fingerprintsOf } from './keys.js';
import { openingKeys } from './openingKeys.js';

type NewManifest = Omit<Manifest, 'id'>;

/** The manifest of an encrypted snapshot as it is written: its public part, and the whole of it for who has a key. */
export async function sealManifest(whole: NewManifest, sealing: Sealing): Promise<NewManifest> {
  const encryption = { keys: fingerprintsOf(sealing.recipients) };
  // Without an id: it says where a snapshot is, and a copy is somewhere else.
  const sealed = await sealText(sealing, JSON.stringify({ ...whole, id: undefined, encryption }));
  return { ...publicPart(whole), encryption: { ...encryption, sealed } };
}

/**
 * The whole manifest of an encrypted snapshot; any other as it is. What `parseManifest` gives of an encrypted one is the public
 * part: lists, verification of what is stored and retention need no more.
 * @throws KongBackupError `key-missing`, `key-wrong`; `snapshot-damaged` when the public part isn't that of what is sealed.
 */
export async function openManifest(manifest: Manifest, identities: readonly Identity[]): Promise<Manifest> {
  const { id, encryption } = manifest;
  if (encryption?.sealed === undefined) return manifest;
  const keys = openingKeys(manifest, identities);
  const text = await unsealText(keys, encryption.sealed).catch((error: unknown) => {
    throw damaged(id, "What manifest.json has sealed can't be opened.", error);
  });
  const whole = { ...parseManifest(withId(text, id), id, { sealed: true }), encryption: { keys: encryption.keys } };
  const { sealed: _, ...open } = encryption;
  const said = asJson({ ...manifest, encryption: open });
  const isOf = (part: NewManifest): boolean => isDeepStrictEqual(asJson({ ...part, encryption: open }), said);
  if (isOf(publicPart(whole)) || isOf(firstPublicPart(whole))) return whole;
  throw damaged(id, 'manifest.json was changed: what it says openly is not what it has sealed.');
}

/** Stands for what is sealed and may not be empty. */
const sealedName = 'sealed';

/**
 * What may be read without a key: times, versions, names of environment, workspaces and files, counts, sizes, label, pin. Not:
 * addresses, texts of gaps, failures and warnings, the note, what drivers noted, the name of what was imported, and the hashes of
 * plain files, which would tell whether a guess is right.
 */
function publicPart(whole: NewManifest): NewManifest {
  const { failures, imported, ...rest } = firstPublicPart(whole);
  const isNamedAfterFile = imported !== undefined && rest.label === importedLabel(imported.file);
  return {
    ...rest,
    ...(failures && { failures: failures.map((failure) => ({ ...failure, reason: '', remedy: '' })) }),
    ...(imported && { imported: { ...imported, file: sealedName } }),
    ...(isNamedAfterFile && { label: importedLabel(sealedName) }),
  };
}

/** As it was at first. */
function firstPublicPart(whole: NewManifest): NewManifest {
  const { note: _, ...rest } = whole;
  return {
    ...rest,
    environment: { ...whole.environment, adminUrl: '' },
    gateway: { ...whole.gateway, hostname: '' },
    parts: whole.parts.map(({ details: _details, ...part }) => ({ ...part, files: part.files.map(publicFile) })),
    coverage: {
      held: whole.coverage.held,
      notHeld: whole.coverage.notHeld.map((gap) => ({ ...gap, reason: '', remedy: '' })),
    },
    warnings: whole.warnings.map((warning) => ({ ...warning, message: '' })),
  };
}

function publicFile(file: ArtifactFile): ArtifactFile {
  const stored = file.stored && 'pieces' in file.stored ? { pieces: '' } : file.stored;
  return { ...file, sha256: '', ...(stored && { stored }) };
}

/** Fields that are undefined are not there once they were written. */
const asJson = (manifest: NewManifest): unknown => JSON.parse(JSON.stringify({ ...manifest, id: undefined }));

function withId(text: string, id: string): string {
  try {
    return JSON.stringify({ ...(JSON.parse(text) as object), id });
  } catch (error) {
    throw damaged(id, 'What manifest.json has sealed is no manifest.', error);
  }
}

const damaged = (place: string, reason: string, cause?: unknown): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place,
    reason,
    remedy: 'Restore manifest.json from a copy, or take another snapshot.',
    cause,
  });
