import { randomUUID } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { mkdir, readdir, readFile, rm, rmdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { systemCode, systemReason, writeError } from '../core/fileErrors.js';
import { type CatalogueEntry, type Manifest, manifestFile } from '../core/snapshot.js';
import { folderTimePattern, parseSnapshotId, safeFileName } from '../core/snapshotId.js';
import type { SnapshotStore } from '../core/store.js';
import { checkArtifact, readArtifact } from './artifact.js';
import { folderStaging, sweepStagings } from './folderStaging.js';
import { parseManifest } from './manifestText.js';
import { makeFolders, privateFolder, syncedWrite } from './syncedWrite.js';

const catalogueReads = 16;

/**
 * Snapshots as plain folders: `<root>/<environment>/<UTC time>/` with a manifest and the parts beside it.
 * @param root absolute path; made when the first snapshot is staged.
 */
export function createFolderStore(root: string): SnapshotStore {
  const folderOf = (id: string): string => {
    const parsed = parseSnapshotId(id);
    if (!parsed) throw missing(id, root);
    return path.join(root, parsed.environment, parsed.time);
  };

  const manifest = async (id: string): Promise<Manifest> => readManifest(folderOf(id), id, root);

  const artifactOf = async (id: string, file: string) => {
    const { parts } = await manifest(id);
    const artifact = parts.flatMap(({ files }) => files).find((candidate) => candidate.path === file);
    if (!artifact) throw withoutFile(id, file);
    return { file: path.join(folderOf(id), ...file.split('/')), artifact, place: `${id}/${file}` };
  };

  return {
    location: root,
    list: (environment) => listSnapshots(root, environment),
    manifest,
    async read(id, file) {
      return readArtifact(await artifactOf(id, file));
    },
    async check(id, signal) {
      for (const { files } of (await manifest(id)).parts) {
        for (const { path: file } of files) {
          throwIfCancelled(signal, id);
          await checkArtifact(await artifactOf(id, file), signal);
        }
      }
    },
    async stage(environment) {
      try {
        await prepareRoot(root);
        await sweepStagings(root);
        const directory = path.join(root, `.staging-${randomUUID()}`);
        await mkdir(directory, { mode: privateFolder });
        return folderStaging({ root, directory, environment: safeFileName(environment) });
      } catch (error) {
        throw writeError(error, root);
      }
    },
    remove: async (id) => removeSnapshot(folderOf(id), id, root),
    pathOf(id, file) {
      const parsed = parseSnapshotId(id);
      return parsed && path.join(root, parsed.environment, parsed.time, ...(file?.split('/') ?? []));
    },
  };
}

/** Snapshots carry credentials: the folder keeps itself out of Git. */
async function prepareRoot(root: string): Promise<void> {
  await makeFolders(root);
  await syncedWrite(path.join(root, '.gitignore'), '*\n').catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
}

async function listSnapshots(root: string, environment?: string): Promise<CatalogueEntry[]> {
  const ids: string[] = [];
  for (const owner of await subfolders(root)) {
    for (const time of await subfolders(path.join(root, owner))) ids.push(`${owner}/${time}`);
  }
  const limit = pLimit(catalogueReads);
  const entries = await Promise.all(ids.map((id) => limit(() => catalogueEntry(root, id))));
  const wanted = environment === undefined ? undefined : safeFileName(environment);
  return entries
    .filter((entry) => entry !== undefined)
    .filter(({ id, manifest }) =>
      wanted === undefined ? true : manifest ? manifest.environment.name === environment : id.startsWith(`${wanted}/`),
    )
    .sort(newestFirst);
}

/** The line of one folder; undefined when the folder never was a snapshot, or is gone by now. */
async function catalogueEntry(root: string, id: string): Promise<CatalogueEntry | undefined> {
  const folder = path.join(root, ...id.split('/'));
  try {
    return { id, manifest: await readManifest(folder, id, root) };
  } catch (error) {
    if (!isKongBackupError(error)) throw error;
    const { code, reason } = error;
    if (code === 'snapshot-newer-format') return { id, problem: { code, reason } };
    // Without a manifest that can be read only its name tells a snapshot from somebody else's folder.
    if (!folderTimePattern.test(path.basename(folder))) return undefined;
    return code === 'snapshot-damaged' || code === 'snapshot-incomplete'
      ? { id, problem: { code, reason } }
      : undefined;
  }
}

function newestFirst(a: CatalogueEntry, b: CatalogueEntry): number {
  const [timeA, timeB] = [a, b].map(({ id }) => id.slice(id.indexOf('/') + 1)) as [string, string];
  if (timeA !== timeB) return timeA < timeB ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

async function readManifest(folder: string, id: string, root: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(path.join(folder, manifestFile), 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw unreadable(id, error);
    if (!(await isFolder(folder))) throw missing(id, root);
    throw new KongBackupError('snapshot-incomplete', {
      place: id,
      reason: 'The folder has no manifest.json: it is not a whole snapshot.',
      remedy: 'Delete it, and take another snapshot.',
    });
  }
  return parseManifest(text, id);
}

/** The manifest goes first: what a stopped removal leaves behind is no snapshot any more. */
async function removeSnapshot(folder: string, id: string, root: string): Promise<void> {
  // What the catalogue does not list is somebody else's folder.
  if (!(await catalogueEntry(root, id))) throw missing(id, root);
  try {
    await unlink(path.join(folder, manifestFile)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error;
    });
    await rm(folder, { recursive: true, maxRetries: 3 });
  } catch (error) {
    throw writeError(error, folder);
  }
  // Fails, as it should, while the environment has other snapshots.
  await rmdir(path.dirname(folder)).catch(() => undefined);
}

/** Names of the folders in a folder, those with a dot in front left out; none when it isn't there. */
async function subfolders(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw writeError(error, folder);
  }
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );

const missing = (id: string, root: string): KongBackupError =>
  new KongBackupError('snapshot-missing', {
    place: id,
    reason: `There is no such snapshot in ${root}.`,
    remedy: 'List the snapshots to see the ids there are.',
  });

const withoutFile = (id: string, file: string): KongBackupError =>
  new KongBackupError('snapshot-without-part', {
    place: id,
    reason: `The snapshot has no file ${JSON.stringify(file)}.`,
    remedy: 'Look at the parts that its manifest names.',
  });

const unreadable = (id: string, error: unknown): KongBackupError =>
  new KongBackupError('snapshot-damaged', {
    place: id,
    reason: `manifest.json can't be read: ${systemReason(error)}`,
    remedy: 'Make the file readable, or restore it from a copy.',
    cause: error,
  });
