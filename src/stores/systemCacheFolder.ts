import { homedir } from 'node:os';
import path from 'node:path';

/** Where this system keeps what programs can make anew. Absolute path of a folder that need not exist. */
export function systemCacheFolder(variables: Readonly<Record<string, string | undefined>>): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = variables;
  const home = homedir();
  if (process.platform === 'win32')
    return path.join(LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'kong-backup');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'kong-backup');
  return path.join(XDG_CACHE_HOME ? XDG_CACHE_HOME : path.join(home, '.cache'), 'kong-backup');
}
