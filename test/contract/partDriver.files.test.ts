import { chmod, lstat, mkdir, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe } from 'vitest';
import { busybox } from '../../scripts/tools/busybox.js';
import type { Command } from '../../src/core/environmentSections.js';
import { createFilesDriver } from '../../src/drivers/files.js';
import { busyboxPrefix, plainPrefix, shellPrefix } from '../helpers/filePlaces.js';
import { targetOf } from '../helpers/scriptedGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';
import { partDriverContract, type PartUnderTest } from './partDriverContract.js';

const { describeTool } = await requireTool(busybox);
const posix = process.platform !== 'win32';

/** A folder with a kong.conf, a key, a link and names that a shell would stumble over. */
async function kongFiles(prefixIn?: (folder: string) => Promise<Command>): Promise<PartUnderTest> {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'etc kong');
  await mkdir(path.join(root, 'ssl', 'deep'), { recursive: true });
  await writeFile(path.join(root, 'kong.conf'), 'pg_host = database\npg_password = swordfish\n', { mode: 0o640 });
  await writeFile(path.join(root, 'ssl', 'key.pem'), Buffer.from([0, 255, 10, 13, 0, 128]), { mode: 0o600 });
  const odd = posix ? `-it's "odd"\n$HOME.conf` : 'odd.conf';
  await writeFile(path.join(root, 'ssl', 'deep', odd), 'x'.repeat(100_000));
  if (posix) await symlink('ssl/key.pem', path.join(root, 'current.pem'));
  await chmod(path.join(root, 'ssl'), 0o750);
  const command = prefixIn && (await prefixIn(folder));
  const target = targetOf('http://127.0.0.1:1');
  target.environment.files = [{ name: 'etc', paths: [root], ...(command && { command }) }];
  target.passwords = { database: 'swordfish' };
  return {
    driver: createFilesDriver(),
    target,
    read: () => treeText(root),
    async change() {
      await writeFile(path.join(root, 'kong.conf'), 'pg_host = elsewhere\n');
      await chmod(path.join(root, 'ssl', 'key.pem'), 0o644);
      await rm(path.join(root, 'ssl', 'deep'), { recursive: true });
      if (!posix) return;
      await rm(path.join(root, 'current.pem'));
      await symlink('elsewhere', path.join(root, 'current.pem'));
    },
  };
}

/** What a restore keeps aside is not part of it. */
async function treeText(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const lines = entries
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('.kong-backup-'))
    .sort()
    .map(async (file) => {
      const stats = await lstat(file);
      const content = stats.isSymbolicLink()
        ? await readlink(file)
        : stats.isFile()
          ? (await readFile(file)).toString('base64')
          : '';
      return [file, stats.isSymbolicLink() ? '' : (stats.mode & 0o7777).toString(8), content].join('\t');
    });
  return (await Promise.all(lines)).join('\n');
}

partDriverContract('files of this machine', () => kongFiles());

describe.skipIf(!posix)('behind a command', () => {
  partDriverContract('files behind a command', () => kongFiles(() => Promise.resolve(plainPrefix)));
  partDriverContract('files behind a shell', () => kongFiles(() => Promise.resolve(shellPrefix)));
});

describeTool('busybox', () => {
  partDriverContract('files behind busybox', () => kongFiles(busyboxPrefix));
});
