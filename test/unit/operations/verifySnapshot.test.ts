import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { PartDriver } from '../../../src/core/partDriver.js';
import { verifySnapshot } from '../../../src/operations/verifySnapshot.js';
import { unreachable } from '../../helpers/memoryStorage.js';
import { context, pruneFixture, services } from './pruneFixture.js';

const quick = { depth: 'quick' } as const;
const deep = { depth: 'deep' } as const;

describe('a quick verification', () => {
  it('finds a whole snapshot whole, and keeps that beside it', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    const found = await verifySnapshot(fixture.parts, id, quick, context);
    expect(found).toEqual({ id, depth: 'quick', result: 'whole', problems: [], remarks: [], recorded: true });
    expect(await fixture.state(id)).toMatchObject({
      verified: { depth: 'quick', result: 'whole', at: '2026-11-21T12:00:00.000Z', by: fixture.upkeep.owner },
    });
  });

  it('finds a byte that changed, and a file that is gone', async () => {
    const fixture = pruneFixture();
    const changed = await fixture.take('2026-11-20');
    fixture.damage(changed);
    const found = await verifySnapshot(fixture.parts, changed, quick, context);
    expect(found).toMatchObject({ result: 'damaged', recorded: true });
    expect(found.problems[0]).toContain('SHA-256');
    expect((await fixture.state(changed))?.verified).toMatchObject({ result: 'damaged', problems: found.problems });

    const gone = await fixture.take('2026-11-19');
    fixture.storage.objects.delete(`${gone}/default.kong.yaml`);
    expect(await verifySnapshot(fixture.parts, gone, quick, context)).toMatchObject({ result: 'damaged' });
  });

  it('finds a file that somebody put beside those of the manifest', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    const held = fixture.storage.objects.get(`${id}/default.kong.yaml`);
    if (held) fixture.storage.objects.set(`${id}/.DS_Store`, held);
    expect(await verifySnapshot(fixture.parts, id, quick, context)).toMatchObject({ result: 'whole' });
    if (held) fixture.storage.objects.set(`${id}/extra.kong.yaml`, held);
    const found = await verifySnapshot(fixture.parts, id, quick, context);
    expect(found).toMatchObject({ result: 'damaged', problems: [expect.stringContaining('extra.kong.yaml')] });
  });

  it.each([
    ['is no JSON', '{'],
    ['names a file outside', JSON.stringify({ formatVersion: 1 })],
  ])('finds a manifest that %s', async (_what, text) => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    const manifest = fixture.storage.objects.get(`${id}/manifest.json`);
    if (manifest) manifest.content = Buffer.from(text);
    expect(await verifySnapshot(fixture.parts, id, quick, context)).toMatchObject({ result: 'damaged' });
  });

  it('finds a hash that somebody took out of the manifest', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    const manifest = fixture.storage.objects.get(`${id}/manifest.json`);
    if (!manifest) throw new Error('no manifest');
    const text = Buffer.from(manifest.content).toString();
    for (const edited of [
      text.replace(/"sha256": "[0-9a-f]+"/, '"sha256": ""'),
      text.replace(/,\s*"sha256": "[0-9a-f]+"/, ''),
    ]) {
      expect(edited).not.toBe(text);
      manifest.content = Buffer.from(edited);
      expect(await verifySnapshot(fixture.parts, id, quick, context)).toMatchObject({ result: 'damaged' });
    }
  });

  it('says nothing of a snapshot that it could not look at', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    fixture.storage.before = (call) => {
      if (call.startsWith('read')) throw unreachable();
    };
    await expect(verifySnapshot(fixture.parts, id, quick, context)).rejects.toMatchObject({
      code: 'store-unreachable',
    });
    fixture.storage.before = undefined;
    await expect(verifySnapshot(fixture.parts, 'production/none', quick, context)).rejects.toMatchObject({
      code: 'snapshot-missing',
    });
    await expect(verifySnapshot(fixture.parts, id, quick, quietContext(AbortSignal.abort()))).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await fixture.state(id)).toBeUndefined();
  });

  it('keeps its result to itself where the store takes no records', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    fixture.storage.before = (call) => {
      if (call.startsWith('create')) throw unreachable();
    };
    expect(await verifySnapshot(fixture.parts, id, quick, context)).toMatchObject({ result: 'whole', recorded: false });
  });
});

describe('a deep verification', () => {
  it('parses, counts and judges the entities', async () => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20');
    expect(await verifySnapshot(fixture.parts, id, deep, context)).toMatchObject({ result: 'whole', remarks: [] });
  });

  it.each([
    ['holds other entities than the manifest says', services('a', 'b'), 'it holds 2 services; the manifest says 1'],
    ['is no decK file', '- 1', ''],
    ['is not YAML', '{', ''],
  ])('finds a file that %s although its checksum fits', async (_what, text, problem) => {
    const fixture = pruneFixture();
    const id = await fixture.take('2026-11-20', {}, text);
    expect(await verifySnapshot(fixture.parts, id, quick, context)).toMatchObject({ result: 'whole' });
    const found = await verifySnapshot(fixture.parts, id, deep, context);
    expect(found.result).toBe('damaged');
    expect(found.problems.join('\n')).toContain(problem);
  });

  it('remarks what a gateway of that version would refuse, which damages nothing', async () => {
    const fixture = pruneFixture();
    const text = JSON.stringify({ _format_version: '3.0', services: [{ name: 'a', host: 'h', retries: 'many' }] });
    const id = await fixture.take('2026-11-20', {}, text);
    const found = await verifySnapshot(fixture.parts, id, deep, context);
    expect(found).toMatchObject({ result: 'whole', problems: [] });
    expect(found.remarks.join()).toContain('retries');
  });

  it('lets the driver of a part look into what it took', async () => {
    let seen = '';
    const driver = {
      id: 'pg',
      part: 'database',
      verify: ({ directory }: { directory: string }) => {
        seen = directory;
        return Promise.resolve(['The table of contents is cut off.']);
      },
    } as unknown as PartDriver;
    const fixture = pruneFixture(driver);
    const id = await fixture.take('2026-11-20', {
      parts: [{ kind: 'database', format: 'pg_dump', driver: { id: 'pg', version: '16' }, files: [], counts: {} }],
    });
    expect(await verifySnapshot(fixture.parts, id, deep, context)).toMatchObject({
      result: 'damaged',
      problems: ['database: The table of contents is cut off.'],
    });
    expect(seen.endsWith('database')).toBe(true);
  });
});
