import { type FileHandle, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { systemCode, systemReason, writeError } from '../core/fileErrors.js';
import type { LineFile, LineFiles } from '../core/lineFiles.js';
import { safeFileName } from '../core/snapshotId.js';
import { ownerName } from './lock.js';
import { ownerIsGone, ownTag } from './owner.js';
import { makeFolders, privateFile, syncFolder } from './syncedWrite.js';

const fileName = 'journal.jsonl';

/** @param root absolute path of a folder that need not exist. */
export function createLineFolder(root: string): LineFiles {
  const folderOf = (name: string): string => path.join(root, safeFileName(name));
  const fileOf = (name: string): string => path.join(folderOf(name), fileName);
  return {
    location: root,
    owner: ownTag(),
    by: ownerName(),
    isGone: ownerIsGone,
    async names() {
      try {
        const entries = await readdir(root, { withFileTypes: true });
        const names = entries.flatMap((entry) => (entry.isDirectory() ? entry.name : []));
        return names.sort((a, b) => (a < b ? 1 : -1));
      } catch (error) {
        if (isMissing(error)) return [];
        throw unreadable(root, error);
      }
    },
    async read(name) {
      try {
        return await readFile(fileOf(name), 'utf8');
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw unreadable(fileOf(name), error);
      }
    },
    async create(name) {
      try {
        await makeFolders(folderOf(name), syncFolder);
        const handle = await open(fileOf(name), 'ax', privateFile);
        await syncFolder(folderOf(name));
        return lineFile(handle, fileOf(name));
      } catch (error) {
        throw writeError(error, fileOf(name));
      }
    },
    async open(name) {
      const place = fileOf(name);
      const text = await readFile(place, 'utf8').catch((error: unknown) => {
        throw unreadable(place, error);
      });
      try {
        const handle = await open(place, 'a', privateFile);
        if (!text.endsWith('\n')) await handle.appendFile('\n');
        return lineFile(handle, place);
      } catch (error) {
        throw writeError(error, place);
      }
    },
    remove: (name) => rm(folderOf(name), { recursive: true, force: true, maxRetries: 3 }),
  };
}

function lineFile(handle: FileHandle, place: string): LineFile {
  return {
    async append(lines) {
      try {
        await handle.appendFile(lines.map((line) => `${line}\n`).join(''));
        await handle.datasync();
      } catch (error) {
        throw writeError(error, place);
      }
    },
    close: () => handle.close(),
  };
}

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');

const unreadable = (place: string, cause: unknown): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: systemReason(cause),
    remedy: 'Make it readable, and try again.',
    cause,
  });
