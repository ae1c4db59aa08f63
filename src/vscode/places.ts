import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Settings } from './settings.js';

/** Absolute paths of what the extension reads and writes. */
export interface Places {
  environmentsFile: string;
  snapshotRoot: string;
}

/** Relative paths are meant and no folder is open: there is nowhere to look. */
export class NoFolderOpen extends Error {
  override readonly name = 'NoFolderOpen';
}

/**
 * Where the files are. With several folders open, the first one that has an environments file counts, else the first.
 * @throws NoFolderOpen
 */
export function findPlaces({ environmentsFile, snapshotsFolder }: Settings): Places {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const folder = folders.find((candidate) => existsSync(path.resolve(candidate, environmentsFile))) ?? folders[0];
  const absolute = (file: string): string => {
    if (path.isAbsolute(file)) return file;
    if (folder === undefined) throw new NoFolderOpen();
    return path.resolve(folder, file);
  };
  return { environmentsFile: absolute(environmentsFile), snapshotRoot: absolute(snapshotsFolder) };
}
