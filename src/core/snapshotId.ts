/** Device names that Windows keeps for itself, with or without an extension. */
const reservedName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;
// eslint-disable-next-line no-control-regex -- control characters are what must not be in a file name
const unsafeCharacter = /[\u0000-\u001f\u007f<>:"/\\|?*%~]/g;
const longestName = 100;

const escape = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/**
 * A name as a file or folder name on Linux, macOS and Windows: other names give other results, and what cannot stand in
 * a file name is written `%2F`. @param name not empty.
 */
export function safeFileName(name: string): string {
  let safe = name.normalize('NFC').replace(unsafeCharacter, escape);
  if (safe.startsWith('.') || reservedName.test(safe)) safe = escape(safe.slice(0, 1)) + safe.slice(1);
  safe = safe.replace(/[. ]$/, escape).replace(/^ /, escape);
  return safe.length <= longestName ? safe : `${safe.slice(0, longestName - 9)}~${fingerprint(name)}`;
}

/** Eight hex digits that tell long names apart (FNV-1a). */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

/** A moment as a folder name that sorts by time: `2026-11-21T06-35-17.123Z`. */
export function folderTime(moment: Date): string {
  return moment.toISOString().replaceAll(':', '-');
}

export const folderTimePattern = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;

/** The moment that a snapshot's id names, ISO 8601; undefined where it names none. */
export function momentOf(id: string): string | undefined {
  const time = id.slice(id.lastIndexOf('/') + 1);
  if (!folderTimePattern.test(time)) return undefined;
  const [day = '', clock = ''] = time.split('T');
  return `${day}T${clock.replaceAll('-', ':')}`;
}

/** The two halves of a snapshot's id; undefined when the text is none, or could lead out of the store's root. */
export function parseSnapshotId(id: string): { environment: string; time: string } | undefined {
  const [environment = '', time = '', ...rest] = id.split('/');
  if (rest.length > 0 || !isFolderName(environment) || !isFolderName(time)) return undefined;
  return { environment, time };
}

// eslint-disable-next-line no-control-regex -- as above
const notInFolderName = /[\u0000-\u001f/\\:]/;
const isFolderName = (name: string): boolean => name !== '' && !name.startsWith('.') && !notInFolderName.test(name);

/** Whether a manifest may name this path: relative, forward slashes, nothing that leads out of the snapshot's folder. */
export function isInnerPath(path: string): boolean {
  return path.split('/').every((segment) => isFolderName(segment));
}
