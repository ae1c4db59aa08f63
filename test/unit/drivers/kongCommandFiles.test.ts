import { existsSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { Command } from '../../../src/core/environmentSections.js';
import { exportDatabase, kongOf } from '../../../src/drivers/kongCommand.js';
import { filePlace } from '../../../src/drivers/kongCommandFiles.js';
import { kongTarget } from '../../helpers/kongStandIn.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

const context = quietContext();

/** Runs what follows, but for one program, which ends with these words. */
async function prefixWithout(program: string, said: string): Promise<Command> {
  const script = path.join(await temporaryFolder(), 'prefix.mjs');
  await writeFile(
    script,
    `import { spawnSync } from 'node:child_process';
const [program, ...args] = process.argv.slice(process.argv[2] === 'env' ? 4 : 2);
if (program === ${JSON.stringify(program)}) { process.stderr.write(${JSON.stringify(`${said}\n`)}); process.exit(1); }
process.exit(spawnSync(program, args, { stdio: 'inherit' }).status ?? 1);`,
  );
  return [process.execPath, script];
}

const places: [string, Command | undefined][] = [['on this machine', undefined]];
if (process.platform !== 'win32') places.push(['behind a prefix', ['env']]);

describe.each(places)('files where kong runs, %s', (_name, prefix) => {
  it('go there and come back as they are, private', async () => {
    const files = filePlace(prefix, undefined);
    const text = `täg: "${'x'.repeat(300_000)}"\n`;
    const there = await files.makeFolder(context);
    await files.put(text, files.join(there, 'kong.yaml'), context);
    const here = path.join(await temporaryFolder(), 'fetched.yaml');
    expect(await files.fetch(files.join(there, 'kong.yaml'), here, context)).toBe(true);
    expect(await readFile(here, 'utf8')).toBe(text);
    if (process.platform !== 'win32') {
      expect((await stat(here)).mode & 0o777).toBe(0o600);
      expect((await stat(there)).mode & 0o777).toBe(0o700);
    }
    await files.remove(there, context);
    expect(existsSync(there)).toBe(false);
  });

  it('that are not there are told from those that can not be read', async () => {
    const files = filePlace(prefix, undefined);
    const folder = await temporaryFolder();
    const here = path.join(folder, 'fetched.yaml');
    expect(await files.fetch(path.join(folder, 'none.yaml'), here, context)).toBe(false);
    expect(existsSync(here)).toBe(false);
    expect(await files.copy(path.join(folder, 'none.yaml'), here, context)).toBe(false);
    await expect(files.fetch(folder, here, context)).rejects.toMatchObject({ name: 'KongBackupError' });
    expect(existsSync(here)).toBe(false);
  });

  it('are replaced in one go, and keep their mode', async () => {
    const files = filePlace(prefix, undefined);
    const folder = await temporaryFolder();
    const [old, staged] = [path.join(folder, 'kong.yml'), path.join(folder, 'staged')];
    await writeFile(old, 'old');
    await chmod(old, 0o640);
    await files.copy(old, staged, context);
    await files.put('new', staged, context);
    await files.replace(staged, old, context);
    expect(await readdir(folder)).toEqual(['kong.yml']);
    expect(await readFile(old, 'utf8')).toBe('new');
    if (process.platform !== 'win32') expect((await stat(old)).mode & 0o777).toBe(0o640);
  });
});

describe.skipIf(process.platform === 'win32')('behind a prefix', () => {
  it('a file that is mounted by itself is written over', async () => {
    const files = filePlace(await prefixWithout('mv', 'mv: cannot move: Device or resource busy'), undefined);
    const folder = await temporaryFolder();
    const [old, staged] = [path.join(folder, 'kong.yml'), path.join(folder, 'staged')];
    await writeFile(old, 'old');
    await writeFile(staged, 'new');
    await files.replace(staged, old, context);
    expect(await readdir(folder)).toEqual(['kong.yml']);
    expect(await readFile(old, 'utf8')).toBe('new');
  });

  it.each([
    ['tee', 'tee: x: No space left on device', 'store-full'],
    ['tee', 'tee: x: Read-only file system', 'store-unwritable'],
  ])('%s that says %s', async (program, said, code) => {
    const files = filePlace(await prefixWithout(program, said), undefined);
    const place = path.join(await temporaryFolder(), 'kong.yml');
    await expect(files.put('x', place, context)).rejects.toMatchObject({ code });
  });

  it('nothing is left there when a run is cancelled', async () => {
    const folder = await temporaryFolder();
    const stop = new AbortController();
    const prefix = path.join(folder, 'prefix.mjs');
    await writeFile(
      prefix,
      `import { spawnSync } from 'node:child_process';
const [, , program, ...args] = process.argv;
process.exit(spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, TMPDIR: ${JSON.stringify(folder)} } }).status ?? 1);`,
    );
    // A kong that never ends, and says when it begins.
    const slow = `require('node:fs').writeFileSync(${JSON.stringify(path.join(folder, 'begun'))}, ''); setInterval(() => {}, 1000)`;
    const target = kongTarget('http://127.0.0.1:9', {
      command: [process.execPath, '-e', slow],
      copy: [process.execPath, prefix],
    });
    const run = exportDatabase(kongOf(target), target, path.join(folder, 'here.yaml'), quietContext(stop.signal));
    await expect.poll(() => existsSync(path.join(folder, 'begun')), { timeout: 20_000 }).toBe(true);
    stop.abort();
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect((await readdir(folder)).sort()).toEqual(['begun', 'prefix.mjs']);
  });
});
