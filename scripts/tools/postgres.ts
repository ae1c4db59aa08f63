import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { installDebianPackages } from './debian.js';
import type { Tool } from './tool.js';

const version = 15;
const exe = process.platform === 'win32' ? '.exe' : '';
/** Where systems keep the server's programs, which are rarely on PATH. */
const libraries = '/usr/lib/postgresql';

/** The folder of `initdb`, `postgres`, `pg_dump` and the others. */
function findPostgres(): string | undefined {
  const versions = existsSync(libraries) ? readdirSync(libraries).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    process.env.POSTGRES_PROGRAMS ?? '',
    ...versions.map((each) => path.join(libraries, each, 'bin')),
    ...(process.env.PATH ?? '').split(path.delimiter),
  ];
  const needed = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'psql'];
  return folders.find(
    (folder) => path.isAbsolute(folder) && needed.every((name) => existsSync(path.join(folder, `${name}${exe}`))),
  );
}

/** A PostgreSQL server and its client programs. */
export const postgres: Tool = {
  name: `PostgreSQL ${version}`,
  find: () => Promise.resolve(findPostgres()),
  async install(say) {
    await installDebianPackages([`postgresql-${version}`, `postgresql-client-${version}`], say);
    const place = findPostgres();
    if (place === undefined)
      throw new Error('the packages are installed, but initdb and postgres are not found: set POSTGRES_PROGRAMS');
    return place;
  },
};
