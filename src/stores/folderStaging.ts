import { readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemCode, writeError } from '../core/fileErrors.js';
import { type Manifest, manifestFile } from '../core/snapshot.js';
import { folderTime } from '../core/snapshotId.js';
import type { Staging } from '../core/store.js';
import { checkArtifact } from './artifact.js';
import { formatManifest, parseManifest } from './manifestText.js';
import { makeFolders, syncFolder, syncTree, syncedWrite } from './syncedWrite.js';

const leftOver = /^\.staging-/;
const dayInMilliseconds = 24 * 60 * 60 * 1000;

/** More than this many snapshots of one environment never begin in one run of milliseconds. */
const attempts = 1000;

interface Place {
  /** Absolute path of the store's folder. */
  root: string;
  /** Absolute path of the staging folder, on the same file system, so that a rename publishes it. */
  directory: string;
  /** Folder name of the environment. */
  environment: string;
}

/** A snapshot in the making in a folder that has a dot in front until it is whole. */
export function folderStaging({ root, directory, environment }: Place): Staging {
  return {
    directory,
    async publish(manifest) {
      try {
        await makeFolders(path.join(root, environment));
        await syncTree(directory);
        await refuseOtherFiles(directory, manifest);
        const published = await publishAt(new Date(manifest.createdAt), manifest);
        await syncFolder(path.join(root, environment));
        await syncFolder(root);
        return published;
      } catch (error) {
        throw writeError(error, root);
      }
    },
    async discard() {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    },
  };

  /** Two windows can begin in the same millisecond: the second goes by the next one that is free. */
  async function publishAt(moment: Date, manifest: Omit<Manifest, 'id'>): Promise<Manifest> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const time = folderTime(new Date(moment.getTime() + attempt));
      const folder = path.join(root, environment, time);
      if (await exists(folder)) continue;
      const whole: Manifest = { ...manifest, id: `${environment}/${time}` };
      await writeManifest(whole);
      if (await renameUnlessTaken(directory, folder)) return whole;
    }
    throw new KongBackupError('store-unwritable', {
      place: path.join(root, environment),
      reason: `The ${attempts} milliseconds after ${folderTime(moment)} are all taken.`,
      remedy: "Check the machine's clock.",
    });
  }

  async function writeManifest(manifest: Manifest): Promise<void> {
    const text = formatManifest(manifest);
    // What we could not read again must not be published.
    parseManifest(text, manifest.id);
    const file = path.join(directory, manifestFile);
    await unlink(file).catch(() => undefined);
    await syncedWrite(file, text);
    await syncFolder(directory);
  }
}

/** Removes what stopped backups left behind, once it is so old that none of them can still be running. */
export async function sweepStagings(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!leftOver.test(name)) continue;
    const folder = path.join(root, name);
    const changed = await stat(folder).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - changed < dayInMilliseconds) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Reads back what was written: a full or failing disk shows here, not on the day of the restore. */
async function refuseOtherFiles(directory: string, manifest: Omit<Manifest, 'id'>): Promise<void> {
  const { signal } = new AbortController();
  for (const artifact of manifest.parts.flatMap(({ files }) => files)) {
    const file = path.join(directory, ...artifact.path.split('/'));
    await checkArtifact({ file, artifact, place: file }, signal);
  }
}

/** @returns false when another snapshot took the name first. */
async function renameUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    // A folder that went with its last snapshot while this one was made.
    if (systemCode(error) === 'ENOENT' && !(await exists(path.dirname(to)))) {
      await makeFolders(path.dirname(to));
      return renameUnlessTaken(from, to);
    }
    // Linux and macOS name the reason, Windows answers EPERM.
    if (await exists(to)) return false;
    throw error;
  }
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
