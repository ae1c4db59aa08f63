import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { RetentionSection } from '../../../src/core/environmentSections.js';
import { forget, pin, remember } from '../../../src/operations/keepSnapshots.js';
import { prune } from '../../../src/operations/prune.js';
import { formatManifest, parseManifest } from '../../../src/stores/manifestText.js';
import { unreachable } from '../../helpers/memoryStorage.js';
import { context, day, production, pruneFixture } from './pruneFixture.js';

type Fixture = ReturnType<typeof pruneFixture>;

const run = (fixture: Fixture, policy: RetentionSection, more: { dryRun?: boolean } = {}) =>
  prune(fixture.parts, { policies: new Map([[production, policy]]), dryRun: false, ...more }, context);

async function four(): Promise<{ fixture: Fixture; ids: [string, string, string, string] }> {
  const fixture = pruneFixture();
  const ids: string[] = [];
  for (const date of ['2026-11-20', '2026-11-19', '2026-11-18', '2026-11-17']) ids.push(await fixture.take(date));
  return { fixture, ids: ids as [string, string, string, string] };
}

describe('a dry run', () => {
  it('says what would go and why the rest stays, and changes nothing', async () => {
    const { fixture, ids } = await four();
    const before = [...fixture.storage.objects.keys()];
    const report = await run(fixture, { keepLast: 2 }, { dryRun: true });
    expect(report.lines.map(({ id, action, reasons }) => [id, action, reasons.join(' ')])).toEqual([
      [ids[0], 'keep', 'last last-good'],
      [ids[1], 'keep', 'last'],
      [ids[2], 'forget', ''],
      [ids[3], 'forget', ''],
    ]);
    expect(report.forgotten).toEqual([ids[2], ids[3]]);
    expect([...fixture.storage.objects.keys()]).toEqual(before);
  });
});

describe('two steps', () => {
  it('forgets first, deletes after the grace time, and collects itself no sooner', async () => {
    const { fixture, ids } = await four();
    const first = await run(fixture, { keepLast: 3, grace: '3d' });
    expect(first).toMatchObject({ forgotten: [ids[3]], deleted: [] });
    expect(await fixture.state(ids[3])).toMatchObject({ forgotten: { deleteAfter: '2026-11-24T12:00:00.000Z' } });
    fixture.pass(3 * day - 1);
    expect(await run(fixture, { keepLast: 3 })).toMatchObject({ forgotten: [], deleted: [] });
    fixture.pass(1);
    const last = await run(fixture, { keepLast: 3 });
    expect(last.deleted).toEqual([ids[3]]);
    expect(await fixture.ids()).toEqual(ids.slice(0, 3));
    expect([...fixture.storage.objects.keys()].filter((key) => key.startsWith(ids[3]))).toEqual([]);
    expect(fixture.storage.calls.indexOf(`remove ${ids[3]}/manifest.json`)).toBeLessThan(
      fixture.storage.calls.indexOf(`remove ${ids[3]}/default.kong.yaml`),
    );
    expect(await fixture.upkeep.locks(context.signal)).toEqual([]);
  });

  it('lets a forget be undone, also in the moment before the deletion', async () => {
    const { fixture, ids } = await four();
    await run(fixture, { keepLast: 2 });
    await remember(fixture.parts, ids[2], context);
    fixture.pass(8 * day);
    let listed = 0;
    fixture.storage.before = async (call) => {
      // Planned by now; a colleague remembers it.
      if (call !== 'list ' || ++listed !== 3) return;
      fixture.storage.before = undefined;
      await remember(fixture.parts, ids[3], context);
    };
    expect(await run(fixture, { keepLast: 2 })).toMatchObject({ deleted: [] });
    expect(await fixture.ids()).toEqual(ids);
  });

  it('never deletes by a forget of the future, as a clock that was set back leaves it', async () => {
    const { fixture, ids } = await four();
    const at = '2026-12-24T00:00:00.000Z';
    const past = '2026-11-01T00:00:00.000Z';
    await fixture.record(ids[3], { kind: 'forgotten', at, by: 'x', deleteAfter: past, reason: '' });
    expect(await run(fixture, { keepLast: 1 })).toMatchObject({ deleted: [] });
  });

  it('deletes what a person let go where there is no policy', async () => {
    const { fixture, ids } = await four();
    await forget(fixture.parts, ids[1], { reason: 'by hand', grace: '1d' }, context);
    fixture.pass(2 * day);
    const report = await prune(fixture.parts, { policies: new Map(), dryRun: false }, context);
    expect(report.deleted).toEqual([ids[1]]);
  });
});

describe('what stays', () => {
  it('is what is pinned, though it was forgotten first', async () => {
    const { fixture, ids } = await four();
    await run(fixture, { keepLast: 1 });
    await pin(fixture.parts, ids[3], true, context);
    await expect(forget(fixture.parts, ids[3], { reason: '' }, context)).rejects.toMatchObject({
      code: 'retention-invalid',
    });
    fixture.pass(8 * day);
    const report = await run(fixture, { keepLast: 1 });
    expect(report.deleted).toEqual([ids[1], ids[2]]);
    expect(await fixture.ids()).toEqual([ids[0], ids[3]]);
  });

  it('is the newest that proves to be whole, where newer ones are damaged', async () => {
    const { fixture, ids } = await four();
    fixture.damage(ids[0]);
    const report = await run(fixture, { keepLast: 1 });
    expect(report.lines.map(({ action, reasons }) => [action, reasons.join(' ')])).toEqual([
      ['keep', 'damaged'],
      ['keep', 'last last-good'],
      ['forget', ''],
      ['forget', ''],
    ]);
    expect(await fixture.state(ids[0])).toMatchObject({ verified: { result: 'damaged' } });
    expect(await fixture.state(ids[1])).toMatchObject({ verified: { result: 'whole', depth: 'quick' } });
  });

  it('is everything while too few prove to be whole', async () => {
    const { fixture, ids } = await four();
    for (const id of ids.slice(0, 3)) fixture.damage(id);
    expect(await run(fixture, { keepLast: 1, minimum: 2 })).toMatchObject({ forgotten: [], deleted: [] });
  });

  it('is none that was taken in the middle of a restore: the one before it stays', async () => {
    const fixture = pruneFixture();
    const good = await fixture.take('2026-11-20');
    const warnings = [{ code: 'restore-unfinished', message: 'A restore lies unfinished.' }];
    const half = await fixture.take('2026-11-21', { warnings });
    const { lines } = await run(fixture, { keepLast: 1, grace: '0d' }, { dryRun: true });
    expect(lines.map(({ id, action, reasons }) => [id, action, reasons.join(' ')])).toEqual([
      [half, 'keep', 'last'],
      [good, 'keep', 'last-good'],
    ]);
  });

  it('is a partial one only by a rule, and it is no proof', async () => {
    const { fixture, ids } = await four();
    const gap = { part: 'entities' as const, kind: 'plugins', workspace: 'default', reason: 'x', remedy: 'y' };
    const partial = await fixture.take('2026-11-21', { coverage: { held: [], notHeld: [gap] } });
    const report = await run(fixture, { keepLast: 1 });
    expect(report.lines.slice(0, 3).map(({ id, reasons }) => [id, reasons.join(' ')])).toEqual([
      [partial, 'last'],
      [ids[0], 'last-good'],
      [ids[1], ''],
    ]);
  });

  it('is a safety snapshot until a person lets it go', async () => {
    const { fixture, ids } = await four();
    const guard = await fixture.take('2026-10-01', { guards: ids[0] });
    await run(fixture, { keepLast: 4 });
    expect(await fixture.state(guard)).toBeUndefined();
    await forget(fixture.parts, guard, { reason: 'by hand', grace: '1d' }, context);
    fixture.pass(2 * day);
    expect((await run(fixture, { keepLast: 4 })).deleted).toEqual([guard]);
  });

  it('is what no manifest can be read of, and it is named', async () => {
    const { fixture, ids } = await four();
    const manifest = fixture.storage.objects.get(`${ids[3]}/manifest.json`);
    if (manifest) manifest.content = Buffer.from('{');
    const report = await run(fixture, { keepLast: 1 });
    expect(report.notWhole).toMatchObject([{ id: ids[3], code: 'snapshot-damaged' }]);
    expect(report.packsLeft).toContain(ids[3]);
    expect(await fixture.ids()).toContain(ids[3]);
    const policies = new Map([['other', { keepLast: 1 }]]);
    const ofOther = { policies, only: new Set(['other']), folders: new Set(['other']), dryRun: true };
    expect((await prune(fixture.parts, ofOther, context)).notWhole).toEqual([]);
  });

  it('is what another environment has', async () => {
    const { fixture } = await four();
    const other = await fixture.take('2020-01-01', {
      environment: { id: 'another', name: 'production', adminUrl: 'http://x' },
    });
    const report = await run(fixture, { keepLast: 1 });
    expect(report.lines.map(({ id }) => id)).not.toContain(other);
  });
});

describe('what is refused', () => {
  it('is a policy that keeps nothing, before anything is touched', async () => {
    const { fixture } = await four();
    fixture.storage.calls.length = 0;
    await expect(run(fixture, { minimum: 2 })).rejects.toMatchObject({ code: 'retention-invalid' });
    expect(fixture.storage.calls).toEqual([]);
  });

  it('is a second prune, a restore meanwhile, and a prune during a restore', async () => {
    const { fixture } = await four();
    const restoring = await fixture.upkeep.lock({ purpose: 'restore', target: 'e1' }, context);
    await expect(run(fixture, { keepLast: 1 })).rejects.toMatchObject({ code: 'store-locked' });
    await restoring.release();
    const pruning = await fixture.upkeep.lock({ purpose: 'prune' }, context);
    await expect(run(fixture, { keepLast: 1 })).rejects.toMatchObject({ code: 'store-locked' });
    await expect(fixture.upkeep.lock({ purpose: 'restore', target: 'e1' }, context)).rejects.toMatchObject({
      code: 'store-locked',
    });
    await pruning.release();
  });
});

describe('a prune that is stopped', () => {
  it('stops before the next deletion when it lost its lock', async () => {
    const { fixture, ids } = await four();
    await run(fixture, { keepLast: 1 });
    fixture.pass(8 * day);
    fixture.storage.after = (call) => {
      if (call === `remove ${ids[2]}/manifest.json`) fixture.storage.objects.delete('locks/store.json');
    };
    await expect(run(fixture, { keepLast: 1 })).rejects.toMatchObject({ code: 'store-locked' });
    fixture.storage.after = undefined;
    const left = await fixture.ids();
    expect(left).toContain(ids[0]);
    expect(left.length).toBeGreaterThanOrEqual(2);
  });

  it.each(['cancel', 'store gone'])(
    'at any call by %s leaves whole snapshots only, and the last good one',
    async (how) => {
      for (let stopAt = 0; ; stopAt++) {
        const { fixture, ids } = await four();
        await run(fixture, { keepLast: 2 });
        fixture.pass(8 * day);
        const stop = new AbortController();
        let calls = 0;
        fixture.storage.before = () => {
          if (calls++ !== stopAt) return;
          if (how === 'cancel') stop.abort();
          else throw unreachable();
        };
        const result = await prune(
          fixture.parts,
          { policies: new Map([[production, { keepLast: 2 }]]), dryRun: false },
          quietContext(stop.signal),
        ).catch((error: unknown) => error);
        fixture.storage.before = undefined;
        const entries = await fixture.store.list();
        expect(entries.filter(({ problem }) => problem)).toEqual([]);
        for (const { id } of entries) await fixture.store.check(id, context.signal);
        expect(entries.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.slice(0, 2)));
        if (calls <= stopAt) {
          expect(result).toMatchObject({ deleted: [ids[2], ids[3]] });
          return;
        }
        // The next run cleans up and goes on.
        fixture.pass(2 * day);
        await run(fixture, { keepLast: 2 });
        expect(await fixture.ids()).toEqual(ids.slice(0, 2));
        const strays = [...fixture.storage.objects.keys()].filter(
          (key) => !ids.slice(0, 2).some((id) => key.startsWith(id)),
        );
        expect(strays.filter((key) => !key.startsWith('locks/broken/'))).toEqual([]);
      }
    },
  );
});

describe('packs', () => {
  const packOf = (text: string): string => `packs/${createHash('sha256').update(text).digest('hex')}.pack`;

  async function withPacks() {
    const { fixture, ids } = await four();
    const put = async (key: string, text = key) =>
      fixture.storage.create(key, Buffer.from(text), createHash('sha256').update(text).digest('hex'), context.signal);
    await put(packOf('needed'));
    await put(packOf('not needed'));
    await put('packs/readme.txt');
    const needed = fixture.storage.objects.get(`${ids[1]}/manifest.json`);
    if (needed) {
      const packs = [{ name: packOf('needed').slice('packs/'.length), bytes: packOf('needed').length, rawBytes: 6 }];
      const manifest = parseManifest(Buffer.from(needed.content).toString(), ids[1] ?? '');
      needed.content = Buffer.from(formatManifest({ ...manifest, packs }));
      needed.etag = 'with packs';
    }
    return {
      fixture,
      ids,
      put,
      packs: () => [...fixture.storage.objects.keys()].filter((key) => key.startsWith('packs/')),
    };
  }

  it('go when no snapshot needs them, the forgotten ones included, and they are a day old', async () => {
    const { fixture, ids, packs } = await withPacks();
    expect((await run(fixture, { keepLast: 1 })).packs).toMatchObject({ removed: [], tooYoung: 1 });
    fixture.pass(day + 1);
    expect((await run(fixture, { keepLast: 1 }, { dryRun: true })).packs).toMatchObject({
      removed: [packOf('not needed')],
    });
    expect((await run(fixture, { keepLast: 1 })).packs).toMatchObject({ removed: [packOf('not needed')] });
    expect(packs().sort()).toEqual([packOf('needed'), 'packs/readme.txt'].sort());
    fixture.pass(7 * day);
    const report = await run(fixture, { keepLast: 1 });
    expect(report.deleted).toContain(ids[1]);
    expect(report.packs?.removed).toEqual([packOf('needed')]);
  });

  it('wait while a snapshot is being made', async () => {
    const { fixture, put, packs } = await withPacks();
    fixture.pass(2 * day);
    await put('production/2026-11-23T11-59-00.000Z/.owner', '{"owner":"ffffffffffff.7"}');
    expect((await run(fixture, { keepLast: 1 })).packs).toMatchObject({ removed: [], waits: true });
    expect(packs()).toHaveLength(3);
  });

  it('stay when a snapshot needs them that came just now', async () => {
    const { fixture, ids, packs } = await withPacks();
    fixture.pass(2 * day);
    let lists = 0;
    fixture.storage.before = async (call) => {
      if (call !== 'list ' || ++lists !== 4) return;
      fixture.storage.before = undefined;
      const manifest = JSON.parse(
        Buffer.from(fixture.storage.objects.get(`${ids[0]}/manifest.json`)?.content ?? []).toString(),
      ) as object;
      const more = [{ name: packOf('not needed').slice('packs/'.length), bytes: 1, rawBytes: 1 }];
      const text = JSON.stringify({ ...manifest, packs: more });
      const sha256 = createHash('sha256').update(text).digest('hex');
      await fixture.storage.create(
        'production/2026-11-23T00-00-00.000Z/manifest.json',
        Buffer.from(text),
        sha256,
        context.signal,
      );
    };
    await run(fixture, { keepLast: 1 });
    expect(packs()).toContain(packOf('not needed'));
  });
});
