import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import Module from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';

/** A bundle, and what loads it as the CLI does. */
async function program() {
  const folder = await temporaryFolder();
  const bundles = path.join(folder, 'dist');
  const cache = path.join(folder, 'cache', 'code');
  await mkdir(bundles);
  const entry = path.resolve('src/cli/compiledCode.ts');
  await build({ entryPoints: [entry], outfile: path.join(bundles, 'keep.js'), bundle: true, platform: 'node' });
  const main = path.join(bundles, 'main.js');
  const start = `require('./keep.js').keepCompiledCode(__dirname, ${JSON.stringify(cache)});`;
  await writeFile(main, `${start} console.log(require('./part.js').say('you'), require('./part.js').place);`);
  const say = (word: string): Promise<void> =>
    writeFile(
      path.join(bundles, 'part.js'),
      `'use strict'; const { join } = require('node:path'); exports.say = (who) => join('${word}', who); exports.place = __filename;`,
    );
  await say('hello');
  const run = (env = {}): string => {
    const { stdout, stderr } = spawnSync(process.execPath, [main], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
    });
    expect(stderr).toBe('');
    return stdout.split(' ')[0] ?? '';
  };
  return { bundles, cache, run, say };
}

it('runs what the bundle says, whatever was kept of it', async () => {
  const { cache, run, say } = await program();
  expect([run(), run()]).toEqual([path.join('hello', 'you'), path.join('hello', 'you')]);
  // As long as before: only what is in it differs.
  await say('howdy');
  expect([run(), run()]).toEqual([path.join('howdy', 'you'), path.join('howdy', 'you')]);
  for (const file of await readdir(cache, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) await writeFile(path.join(file.parentPath, file.name), 'none of ours');
  }
  expect(run()).toBe(path.join('howdy', 'you'));
});

it('keeps nothing where Node is told to keep nothing', async () => {
  const { cache, run } = await program();
  expect(run({ NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(path.join('hello', 'you'));
  await expect(readdir(cache)).rejects.toMatchObject({ code: 'ENOENT' });
});

// Newer ones keep it in a way of their own.
it.skipIf('enableCompileCache' in Module || process.platform === 'win32')(
  'keeps it for its owner alone, and runs nothing that others may have written',
  async () => {
    const { cache, run } = await program();
    run();
    const [name = ''] = await readdir(cache);
    const file = path.join(cache, name);
    expect(name).toContain(process.version);
    expect([(await stat(file)).mode & 0o777, (await stat(cache)).mode & 0o777]).toEqual([0o600, 0o700]);
    const kept = await readFile(file);
    await writeFile(file, kept.subarray(0, 32));
    await chmod(file, 0o666);
    expect(run()).toBe(path.join('hello', 'you'));
    // It was made anew.
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file)).length).toBeGreaterThan(32);
  },
);
