import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { installDebianPackages } from './debian.js';
import type { Tool } from './tool.js';

/** The program of the people who made the format, any version: what we encrypt it must open, and the other way round. */
export const age: Tool = {
  name: 'age',
  find: () => Promise.resolve(findOnPath('age')),
  async install(say) {
    await installDebianPackages(['age'], say);
    const found = findOnPath('age');
    if (found === undefined) throw new Error('install age (https://age-encryption.org) and put it on PATH');
    return found;
  },
};

function findOnPath(name: string): string | undefined {
  const exe = process.platform === 'win32' ? '.exe' : '';
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, `${name}${exe}`))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
