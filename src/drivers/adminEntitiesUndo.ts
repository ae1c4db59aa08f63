import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { KongBackupError } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import { writeJson } from './adminEntitiesFiles.js';
import type { Entry } from './adminEntitiesKinds.js';
import type { EntryChange } from './adminEntitiesPlan.js';
import { entryKey } from './adminEntitiesRead.js';

/** What a restore was about to do, with what was there before: enough to go back. */
export interface UndoNote {
  environment: string;
  part: string;
  changes: EntryChange[];
}

/** Written before the first change. @returns the absolute path of the file, 0600 in a folder 0700. */
export async function writeUndo(folder: string, note: UndoNote, now: Date): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `undo-${note.part}-${now.toISOString().replaceAll(':', '-')}-${process.pid}.json`;
  const file = path.join(folder, name);
  const changes = note.changes.map(({ op, entry, before }) => ({
    op,
    entry: plain(entry),
    ...(before && { before: plain(before) }),
  }));
  await writeJson(file, { environment: note.environment, part: note.part, changes });
  return file;
}

const plain = ({ kind, workspace, key, fields, id }: Entry): { [name: string]: Json } => ({
  kind,
  workspace,
  key,
  fields,
  ...(id !== undefined && { id }),
});

/** @throws KongBackupError `file-unreadable`, `file-invalid`. */
export async function readUndo(file: string): Promise<UndoNote> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new KongBackupError('file-unreadable', {
      place: file,
      reason: 'There is no such file, or it can not be read.',
      remedy: 'Name the file that the restore said it kept.',
      cause,
    });
  });
  try {
    const note = JSON.parse(text) as Json;
    if (isObject(note) && Array.isArray(note['changes'])) return note as unknown as UndoNote;
  } catch {
    // Said below.
  }
  throw new KongBackupError('file-invalid', {
    place: file,
    reason: 'The file is no note of a restore.',
    remedy: 'Name the file that the restore said it kept.',
  });
}

/** The target's entries with each change of the note taken back: what was made goes, what was changed or went comes back. */
export function takenBack(target: readonly Entry[], { changes }: UndoNote): Entry[] {
  const wanted = new Map(target.map((entry) => [entryKey(entry), entry]));
  for (const { op, entry, before } of changes) {
    if (op === 'create') wanted.delete(entryKey(entry));
    else if (before) wanted.set(entryKey(before), before);
  }
  return [...wanted.values()];
}
