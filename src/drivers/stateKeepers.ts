import { KongBackupError } from '../core/errors.js';
import type { KeptState, StateKeeper } from '../core/keptState.js';
import type { FilesDriver } from './files.js';
import { type KeptFile, letGoFile } from './filesUndo.js';
import type { PostgresDriver } from './postgres.js';

/** Databases that restores renamed away, and those that were never swapped in. */
export const databaseKeeper = (driver: PostgresDriver): StateKeeper => ({
  part: 'database',
  async kept(target, _request, context) {
    if (!target.environment.database) return [];
    const all = await driver.keptDatabases(target, context);
    return all.map(({ name, about, size }) => ({
      part: 'database',
      name,
      about,
      ...(size !== undefined && { bytes: size }),
    }));
  },
  undo: (target, { name }, confirm, context) => driver.undo(target, { name, confirm }, context),
  letGo: (target, { name }, context) => driver.dropKept(target, name, context),
});

/** Files that restores kept beside those that they replaced. */
export const fileKeeper = (driver: FilesDriver): StateKeeper => ({
  part: 'files',
  async kept(target, { files }, context) {
    if (files.length === 0) return [];
    const all = await driver.kept(target, files, context);
    return all.map(({ set, path, kept, at }) => ({ part: 'files', name: kept, about: aboutOf({ set, path }), at }));
  },
  async undo(target, kept, confirm, context) {
    const file = fileOf(kept);
    const step = {
      id: 'undo',
      title: `Put ${file.kept} back as ${file.path}.`,
      destroys: `What is in ${file.path} now is kept beside it.`,
    };
    if (!(await confirm(step))) return undefined;
    await driver.undo(target, file, context);
    return file.path;
  },
  letGo: (target, kept, context) => letGoFile(target, fileOf(kept), context),
});

/** The set and the path, in one line that is taken apart again. */
const aboutOf = ({ set, path }: Pick<KeptFile, 'set' | 'path'>): string => `${set}: ${path}`;

function fileOf({ name, about, at = '' }: KeptState): KeptFile {
  const [, set, path] = /^(.*?): ([\s\S]+)$/.exec(about) ?? [];
  if (set !== undefined && path !== undefined) return { set, path, kept: name, at };
  throw new KongBackupError('internal', { place: name, reason: 'Nobody knows where it belongs.', remedy: '' });
}
