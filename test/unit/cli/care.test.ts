import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PruneReport, VerifyReport } from '../../../src/app.js';
import { quietContext } from '../../../src/core/context.js';
import type { CatalogueEntry } from '../../../src/core/snapshot.js';
import { createFolderStore } from '../../../src/stores/folder.js';
import { folderStorage } from '../../../src/stores/folderStorage.js';
import { createUpkeep } from '../../../src/stores/upkeep.js';
import { CliFolder } from '../../helpers/cli.js';
import { publishSnapshot } from '../../helpers/manifests.js';

const text = '_format_version: "3.0"\nservices:\n- name: a\n  host: example.com\n';
const production = { id: 'id-of-production', name: 'production', adminUrl: 'http://127.0.0.1:1', mode: 'traditional' };
const days = ['2026-01-04', '2026-01-03', '2026-01-02', '2026-01-01'];

let cli: CliFolder;
let ids: string[];

beforeEach(async () => {
  cli = await CliFolder.make([{ ...production, retention: { keepLast: 2, grace: '1d' } }]);
  const store = createFolderStore(cli.snapshots);
  ids = [];
  for (const day of days) {
    const more = { createdAt: `${day}T00:00:00.000Z`, label: 'a\u001b[31m\nlabel' };
    ids.push((await publishSnapshot(store, 'production', { 'default.kong.yaml': text }, more)).id);
  }
});

const damage = async (id: string): Promise<void> => {
  const file = path.join(cli.snapshots, ...id.split('/'), 'manifest.json');
  const manifest = await readFile(file, 'utf8');
  await writeFile(file, manifest.replace(/"sha256": "[0-9a-f]{4}/g, '"sha256": "0000'));
};

const lines = (output: string): { type: string }[] =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string });

describe('verify', () => {
  it('says of each snapshot whether it is whole, and the list shows it', async () => {
    const { exitCode, stdout } = await cli.run(['verify', '--all', '--deep']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').filter((line) => /whole +deep/.test(line))).toHaveLength(4);
    const listed = await cli.run(['snapshots']);
    expect(listed.stdout).toMatch(/verified \d{4}-\d\d-\d\d \(deep\)/);
  });

  it('finds a damaged one with 1, by its id too', async () => {
    await damage(ids[1] ?? '');
    const { exitCode, json } = await cli.run(['verify', ids[1] ?? '', '--format', 'json']);
    expect(exitCode).toBe(1);
    expect(json<VerifyReport>().verifications).toMatchObject([{ id: ids[1], result: 'damaged', recorded: true }]);
    const listed = await cli.run(['snapshots']);
    expect([listed.exitCode, listed.stdout]).toEqual([1, expect.stringContaining('snapshot-damaged') as string]);
  });

  it('refuses to find all well where nothing is', async () => {
    expect((await cli.run(['verify'])).exitCode).toBe(2);
    expect((await cli.run(['verify', '--all', '--snapshots', 'mistyped'])).exitCode).toBe(2);
    expect((await cli.run(['verify', 'production/1999'])).stderr).toContain('snapshot-missing');
  });
});

describe('prune', () => {
  it('shows first, lets go then, and remembers what it is told to', async () => {
    const dry = await cli.run(['prune', '--dry-run']);
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toMatch(new RegExp(`${ids[0]} +keep +last, last good one`));
    expect(dry.stdout).toContain('2 snapshots would be let go, 0 would be deleted.');
    const done = await cli.run(['prune', 'production', '--format', 'json']);
    expect(done.json<PruneReport>()).toMatchObject({ forgotten: [ids[2], ids[3]], deleted: [] });
    expect((await cli.run(['snapshots'])).stdout).toContain('goes after');
    expect((await cli.run(['remember', ids[3] ?? ''])).exitCode).toBe(0);
    const [, , , last] = (await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>();
    expect(last?.state?.forgotten).toBeUndefined();
  });

  it('is taken back as a whole, by one command', async () => {
    const done = await cli.run(['prune', 'production']);
    expect(done.stdout).toContain('kong-backup remember --last');
    const forgotten = async (): Promise<CatalogueEntry[]> =>
      (await cli.run(['snapshots', '--format', 'json']))
        .json<CatalogueEntry[]>()
        .filter(({ state }) => state?.forgotten);
    const [one] = await forgotten();
    expect((await cli.run(['remember', '--pruned-at', '1999-01-01'])).exitCode).toBe(1);
    expect(await forgotten()).toHaveLength(2);
    const back = await cli.run(['remember', '--last', '--format', 'json']);
    expect(back.json<{ ids: string[] }>().ids).toEqual([ids[2], ids[3]]);
    expect(await forgotten()).toEqual([]);
    await cli.run(['prune', 'production']);
    const at = (await forgotten())[0]?.state?.forgotten?.at ?? '';
    expect(at >= (one?.state?.forgotten?.at ?? '')).toBe(true);
    expect((await cli.run(['remember', '--pruned-at', at])).stdout).toContain(`${ids[2]} stays.`);
    expect(await forgotten()).toEqual([]);
    expect((await cli.run(['remember'])).exitCode).toBe(2);
    expect((await cli.run(['remember', ids[2] ?? '', '--last'])).exitCode).toBe(2);
    expect((await cli.run(['remember', '--pruned-at', 'noon'])).stderr).toContain('It must be a time');
  });

  it('takes rules from the command line, and deletes after a grace time of nothing', async () => {
    const flags = ['--keep-daily', '1', '--keep-label', 'x', '--minimum', '1', '--grace', '0d', '--format', 'json'];
    expect((await cli.run(['prune', ...flags])).json<PruneReport>().forgotten).toHaveLength(3);
    expect((await cli.run(['prune', ...flags])).json<PruneReport>().deleted).toHaveLength(3);
    expect((await cli.run(['snapshots', '--format', 'json'])).json<CatalogueEntry[]>().map(({ id }) => id)).toEqual([
      ids[0],
    ]);
  });

  it.each([
    [['--minimum', '2'], 'retention-invalid'],
    [['nobody'], 'environment-missing'],
    [['--keep-last', '0'], 'whole number'],
    [['--keep-within', 'ages'], 'It must be a time'],
  ])('refuses %j', async (flags, why) => {
    const { exitCode, stderr, stdout } = await cli.run(['prune', ...flags]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });

  it('keeps what is pinned', async () => {
    expect((await cli.run(['pin', ids[3] ?? ''])).exitCode).toBe(0);
    expect((await cli.run(['forget', ids[3] ?? ''])).exitCode).toBe(2);
    const { stdout } = await cli.run(['prune', '--dry-run']);
    expect(stdout).toMatch(new RegExp(`${ids[3]} +keep +pinned`));
    expect((await cli.run(['unpin', ids[3] ?? ''])).stdout).toContain('is no longer pinned');
    expect((await cli.run(['forget', ids[3] ?? '', '--grace', '2w'])).stdout).toContain('is let go');
  });
});

describe('a lock', () => {
  it('ends prune and delete with 11, naming the holder, until it is broken', async () => {
    const lock = await createUpkeep(folderStorage(cli.snapshots)).lock({ purpose: 'prune' }, quietContext());
    for (const argv of [['prune'], ['delete', ids[3] ?? '', '--yes'], ['unlock']]) {
      const { exitCode, stderr } = await cli.run(argv);
      expect([exitCode, stderr]).toEqual([11, expect.stringContaining(lock.record.owner) as string]);
    }
    expect(await cli.run(['unlock', '--force'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('Broken') as string,
    });
    await expect(lock.assertHeld()).rejects.toMatchObject({ code: 'store-locked' });
    expect((await cli.run(['delete', ids[3] ?? '', '--yes'])).exitCode).toBe(0);
    expect((await cli.run(['unlock'])).stdout).toContain('Nothing is locked.');
    await lock.release();
  });
});

describe('--format jsonl', () => {
  it('streams progress on standard output and ends with the summary', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['verify', '--all', '--format', 'jsonl']);
    expect([exitCode, stderr]).toEqual([0, '']);
    const all = lines(stdout);
    expect(all.slice(0, -1).every(({ type }) => type === 'progress')).toBe(true);
    expect(all.length).toBeGreaterThan(4);
    expect(all.at(-1)).toMatchObject({ type: 'summary', exitCode: 0, result: { failed: [] } });
  });

  it('ends with the summary whatever happens', async () => {
    const failed = lines((await cli.run(['verify', 'production/1999', '--format', 'jsonl'])).stdout);
    expect(failed.slice(-2)).toMatchObject([
      { type: 'error', code: 'snapshot-missing' },
      { type: 'summary', exitCode: 2, error: { code: 'snapshot-missing' } },
    ]);
    const signal = AbortSignal.abort();
    const stopped = await cli.run(['verify', '--all', '--format', 'jsonl'], { signal });
    expect(stopped.exitCode).toBe(130);
    expect(lines(stopped.stdout).at(-1)).toMatchObject({ type: 'summary', exitCode: 130 });
    const mistyped = await cli.run(['verify', '--nope', '--format', 'jsonl']);
    expect(lines(mistyped.stdout)).toEqual([{ type: 'summary', exitCode: 2 }]);
  });
});

it('prints no label that could move the cursor or break a line', async () => {
  for (const argv of [['snapshots'], ['prune', '--dry-run']]) {
    const { stdout } = await cli.run(argv);
    expect(stdout).toContain('a\\u001b[31m\\u000alabel');
    expect(stdout).not.toContain('\u001b');
  }
});
