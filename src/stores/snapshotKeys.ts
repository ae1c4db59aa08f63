import { manifestFile } from '../core/snapshot.js';
import { folderTimePattern, parseSnapshotId } from '../core/snapshotId.js';

/** Beside a manifest. Names of parts never begin with a dot. */
const ownerFile = '.owner';
const recordFolder = '.records';

export const manifestKey = (id: string): string => `${id}/${manifestFile}`;

/** Of who makes or deletes the snapshot: where it stands without a manifest beside it there is no snapshot. */
export const ownerKey = (id: string): string => `${id}/${ownerFile}`;

export const recordKey = (id: string, name: string): string => `${id}/${recordFolder}/${name}.json`;

/** What a key is of a snapshot. Undefined: it belongs to none. */
export function placeOfKey(key: string): { id: string; what: 'manifest' | 'owner' | 'record' | 'part' } | undefined {
  const [environment = '', time = '', first = '', ...rest] = key.split('/');
  const id = `${environment}/${time}`;
  if (first === '' || !parseSnapshotId(id)) return undefined;
  if (rest.length === 0 && first === manifestFile) return { id, what: 'manifest' };
  if (rest.length === 0 && first === ownerFile) return { id, what: 'owner' };
  if (first === recordFolder) return { id, what: 'record' };
  return { id, what: 'part' };
}

/** Whether the name of the folder says that it is a snapshot of ours, whatever is in it. */
export const isTimed = (id: string): boolean => folderTimePattern.test(id.slice(id.indexOf('/') + 1));
