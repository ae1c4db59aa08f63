import { readdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFolderStore } from '../../src/stores/folder.js';
import { CliFolder, practiceGateway } from '../helpers/cli.js';
import { buildCliProgram, startCliProgram } from '../helpers/cliProgram.js';

let program: string;
beforeAll(async () => void (program = await buildCliProgram()));
afterAll(() => rm(program, { force: true }));

const notYet = new AbortController().signal;

/** A folder with one whole snapshot, and a gateway slow enough to be caught at any point. */
async function withSnapshot(latency = 2) {
  const gateway = await practiceGateway({ estate: 'believable', latency });
  const cli = await CliFolder.make([{ name: 'shop', adminUrl: gateway.url, engine: 'admin-api' }]);
  expect((await cli.run(['backup', 'shop'])).exitCode).toBe(0);
  const store = createFolderStore(cli.snapshots);
  const [first] = await store.list();
  return { cli, store, first: first!.id };
}

/**
 * Looks at the names in a folder at each turn of the event loop: Node's own watcher of whole trees throws where nobody can catch it
 * when a folder goes away under its eye. @returns ends it.
 */
function watchNames(folder: string, onChange: () => void): () => void {
  let last: string | undefined;
  const look = (): void => {
    const names = namesIn(folder);
    if (last !== undefined && names !== undefined && names !== last) onChange();
    last = names ?? last;
  };
  const timer = setInterval(look, 0);
  return () => clearInterval(timer);
}

/** Undefined where something went away meanwhile. */
function namesIn(folder: string): string | undefined {
  try {
    return readdirSync(folder, { recursive: true }).join('\n');
  } catch {
    return undefined;
  }
}

const backup = ['backup', 'shop', '--format', 'json'];

describe('a backup that is killed', () => {
  it.each(['probe', 'read', 'count', 'validate'])('at %s leaves the older snapshot, and no other', async (step) => {
    const { cli, store, first } = await withSnapshot();
    const { child, exit } = startCliProgram(program, backup, cli.folder, ({ stderr }) => {
      if (stderr.includes(`"step":"${step}"`)) child.kill('SIGKILL');
    });
    expect((await exit).signal).toBe('SIGKILL');
    expect((await store.list()).map(({ id, problem }) => [id, problem])).toEqual([[first, undefined]]);
    await store.check(first, notYet);
    // The next one goes as if nothing had been.
    expect((await cli.run(['backup', 'shop'])).exitCode).toBe(0);
  });

  it('while it publishes leaves a whole snapshot or none', async () => {
    const { cli, store, first } = await withSnapshot(0);
    // Each round lets it get a little further: so many changes in the folder of snapshots, and no more.
    for (let round = 1; round <= 9; round++) {
      let changes = 0;
      let isPublishing = false;
      const { child, exit } = startCliProgram(program, backup, cli.folder, ({ stderr }) => {
        isPublishing = stderr.includes('"step":"publish"');
        if (round === 1 && isPublishing) child.kill('SIGKILL');
      });
      const stop = watchNames(cli.snapshots, () => {
        if (isPublishing && ++changes >= round) child.kill('SIGKILL');
      });
      await exit.finally(stop);
      const listed = await store.list();
      expect(listed.filter(({ problem }) => problem)).toEqual([]);
      expect(listed.map(({ id }) => id)).toContain(first);
      for (const { id } of listed) await store.check(id, notYet);
    }
    expect((await readdir(cli.snapshots)).filter((name) => !name.startsWith('.'))).toEqual(['shop']);
  });
});

describe('a backup that is asked to stop', () => {
  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    'by %s tidies up and ends with 130',
    async (signal) => {
      const { cli, store, first } = await withSnapshot();
      const { child, exit } = startCliProgram(program, backup, cli.folder, ({ stderr }) => {
        if (stderr.includes('"step":"count"') && !child.killed) child.kill(signal);
      });
      const { code, stdout, stderr } = await exit;
      expect([code, stdout]).toEqual([130, '']);
      expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'cancelled' } });
      expect((await store.list()).map(({ id }) => id)).toEqual([first]);
      expect((await readdir(cli.snapshots)).sort()).toEqual(['.gitignore', 'shop']);
    },
  );
});

describe('two windows', () => {
  it('that back up the same environment at once both succeed', async () => {
    const { cli, store } = await withSnapshot();
    const both = [1, 2, 3].map(() => startCliProgram(program, backup, cli.folder).exit);
    const ids = (await Promise.all(both)).map(({ code, stdout }) => {
      expect(code).toBe(0);
      return (JSON.parse(stdout) as { id: string }).id;
    });
    expect(new Set(ids).size).toBe(3);
    expect(await store.list()).toHaveLength(4);
    for (const id of ids) await store.check(id, notYet);
  });
});

describe('the practice gateway', () => {
  const start = async (...flags: string[]): Promise<string> => {
    const cli = await CliFolder.make();
    return new Promise<string>((resolve) => {
      const argv = ['practice', '--port', '0', '--format', 'json', ...flags];
      const { child, exit } = startCliProgram(program, argv, cli.folder, ({ stdout }) => {
        if (stdout.endsWith('}\n')) resolve((JSON.parse(stdout) as { url: string }).url);
      });
      stop = async () => {
        child.kill('SIGTERM');
        return (await exit).code;
      };
    });
  };
  let stop: () => Promise<number | null>;

  it.skipIf(process.platform === 'win32')('prints its address, answers, and ends well when it is stopped', async () => {
    const services = (await (await fetch(`${await start()}/services`)).json()) as { data: unknown[] };
    expect(services.data.length).toBeGreaterThanOrEqual(8);
    expect(await stop()).toBe(0);
  });

  it.skipIf(process.platform === 'win32').each([
    [[], true],
    [['--empty'], false],
    [['--empty', '--enterprise'], true],
  ])('%j plays Enterprise: %s', async (flags, isEnterprise) => {
    const { version } = (await (await fetch(await start(...flags))).json()) as { version: string };
    expect(version.includes('enterprise')).toBe(isEnterprise);
    await stop();
  });

  it('says which port is taken', async () => {
    const { port } = await practiceGateway();
    const { code, stderr } = await startCliProgram(program, ['practice', '--port', String(port)], process.cwd()).exit;
    expect([code, stderr]).toEqual([2, expect.stringContaining('port-in-use')]);
  });
});
