import { existsSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { NoFolderOpen } from './noFolderOpen.js';
import type { Settings } from './settings.js';

/** Absolute paths of what the extension reads and writes. */
export interface Places {
  environmentsFile: string;
  snapshotRoot: string;
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
