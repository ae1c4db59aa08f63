import { safeFileName } from './snapshotId.js';

/**
 * Where a store's key goes unless a person says otherwise: with the person's settings, never beside the snapshots or into a
 * repository. Absolute.
 */
export function defaultKeyFile(
  store: string,
  { APPDATA, XDG_CONFIG_HOME, HOME = '', USERPROFILE = HOME }: Readonly<Record<string, string | undefined>>,
  platform: string,
): string {
  const name = `${safeFileName(store)}.key`;
  if (platform === 'win32') return [APPDATA ?? `${USERPROFILE}\\AppData\\Roaming`, 'kong-backup', name].join('\\');
  return [XDG_CONFIG_HOME ? XDG_CONFIG_HOME : `${HOME}/.config`, 'kong-backup', name].join('/');
}
