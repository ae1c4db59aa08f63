import { existsSync } from 'node:fs';
import path from 'node:path';
import { installDebianPackages } from './debian.js';
import type { Tool } from './tool.js';

const findBusybox = (): string | undefined =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, 'busybox'))
    .find((file) => existsSync(file));

/** The programs of Alpine containers, which answer otherwise than GNU's. */
export const busybox: Tool = {
  name: 'busybox',
  find: () => Promise.resolve(findBusybox()),
  async install(say) {
    await installDebianPackages(['busybox'], say);
    const found = findBusybox();
    if (found === undefined) throw new Error('install busybox (https://busybox.net) and put it on PATH');
    return found;
  },
};
