import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type OperationContext, quietContext } from '../../src/core/context.js';
import type { GatewayInfo, Target } from '../../src/core/environment.js';
import type { PartDriver, PartRestoreOptions, PartSource, PartStep, TakenPart } from '../../src/core/partDriver.js';
import type { ArtifactFile } from '../../src/core/snapshot.js';
import { manifestOf } from '../helpers/manifests.js';
import { someGateway } from '../helpers/someGateway.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';

/** A part driver with something to take, to change and to bring back. Each test gets one of its own. */
export interface PartUnderTest {
  driver: PartDriver;
  target: Target;
  /** What a probe of its Admin API says; `someGateway` when absent. */
  gateway?: GatewayInfo;
  /** All that the driver takes, as text: equal when and only when the part is. */
  read(): Promise<string>;
  /** Changes, adds and takes away, so that a restore has something to do. */
  change(): Promise<void>;
  /** Makes the part in this folder one that can't be restored. Cuts its largest file in half when absent. */
  damage?(directory: string): Promise<void>;
  options?: PartRestoreOptions;
  close?(): Promise<void>;
}

/** Takes a part as a backup does, into a folder of the test. */
export async function takePart(
  { driver, target, gateway = someGateway }: Pick<PartUnderTest, 'driver' | 'target' | 'gateway'>,
  context: OperationContext = quietContext(),
): Promise<{ taken: TakenPart; source: PartSource }> {
  const directory = path.join(await temporaryFolder(), driver.part);
  await mkdir(directory, { mode: 0o700 });
  const taken = await driver.backup(target, { gateway, workspaces: ['default'], directory }, context);
  return { taken, source: await sourceOf(driver, taken, directory) };
}

/** What a restore is given of a part that lies in this folder. */
export async function sourceOf(driver: PartDriver, taken: TakenPart, directory: string): Promise<PartSource> {
  const { driverVersion, gaps: _gaps, warnings: _warnings, ...rest } = taken;
  const files = await artifactsBelow(directory);
  const record = { ...rest, kind: driver.part, driver: { id: driver.id, version: driverVersion }, files };
  const manifest = { ...manifestOf('test', [], { parts: [record] }), id: 'test/2026-11-21T06-35-17.123Z' };
  return { manifest, record, directory };
}

async function artifactsBelow(directory: string): Promise<ArtifactFile[]> {
  const root = path.dirname(directory);
  const places = (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    places.map(async (place) => {
      const bytes = await readFile(place);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      return { path: path.relative(root, place).split(path.sep).join('/'), bytes: bytes.length, sha256 };
    }),
  );
}

/** Cuts the largest file in half, and has the record agree: so that only a look inside finds it. */
async function halveLargestFile({ directory, record }: PartSource): Promise<void> {
  const root = path.dirname(directory);
  const [largest] = [...record.files].sort((a, b) => b.bytes - a.bytes);
  if (!largest) throw new Error('the part has no files');
  const place = path.join(root, ...largest.path.split('/'));
  await truncate(place, Math.floor((await stat(place)).size / 2));
  largest.bytes = (await stat(place)).size;
}

const yes = (): Promise<boolean> => Promise.resolve(true);

/** What holds for every part driver. @param create starts from the same contents each time. */
export function partDriverContract(name: string, create: () => Promise<PartUnderTest>): void {
  const begin = async (): Promise<PartUnderTest> => {
    const part = await create();
    onTestFinished(async () => part.close?.());
    return part;
  };

  describe(`part driver: ${name}`, () => {
    it('is there, and looking changes nothing', async () => {
      const part = await begin();
      const before = await part.read();
      const found = await part.driver.probe(part.target, part.gateway ?? someGateway, quietContext());
      expect(found).toMatchObject({ present: true, availability: { available: true } });
      expect(await part.read()).toBe(before);
    });

    it('takes all of it into files, counts it, changes nothing, and finds nothing wrong', async () => {
      const part = await begin();
      const before = await part.read();
      const { taken, source } = await takePart(part);
      expect(source.record.files.length).toBeGreaterThan(0);
      expect(Object.keys(taken.counts).length).toBeGreaterThan(0);
      expect(taken.driverVersion).not.toBe('');
      expect(await part.driver.verify(source, quietContext())).toEqual([]);
      expect(await part.read()).toBe(before);
    });

    it('finds a damaged file by itself, and restores nothing of it', async () => {
      const part = await begin();
      const { source } = await takePart(part);
      await (part.damage?.(source.directory) ?? halveLargestFile(source));
      expect(await part.driver.verify(source, quietContext())).not.toEqual([]);
      await part.change();
      const before = await part.read();
      const plan = await part.driver.planRestore(part.target, source, part.options ?? {}, quietContext());
      expect(plan.refused).toBeDefined();
      expect(plan.steps).toEqual([]);
      const restoring = part.driver.restore(part.target, source, { ...part.options, confirm: yes }, quietContext());
      await expect(restoring).rejects.toMatchObject({ name: 'KongBackupError' });
      expect(await part.read()).toBe(before);
    });

    it('names a missing file', async () => {
      const part = await begin();
      const { source } = await takePart(part);
      const directory = path.join(await temporaryFolder(), part.driver.part);
      await mkdir(directory);
      expect(await part.driver.verify({ ...source, directory }, quietContext())).not.toEqual([]);
    });

    it('plans without changing anything', async () => {
      const part = await begin();
      const { source } = await takePart(part);
      await part.change();
      const before = await part.read();
      const plan = await part.driver.planRestore(part.target, source, part.options ?? {}, quietContext());
      expect(plan.refused).toBeUndefined();
      expect(plan.steps.length).toBeGreaterThan(0);
      expect(new Set(plan.steps.map(({ id }) => id)).size).toBe(plan.steps.length);
      expect(plan.steps.every(({ title }) => title.trim() !== '')).toBe(true);
      expect(await part.read()).toBe(before);
    });

    it('stops before what is not confirmed', async () => {
      const part = await begin();
      const { source } = await takePart(part);
      await part.change();
      const before = await part.read();
      const plan = await part.driver.planRestore(part.target, source, part.options ?? {}, quietContext());
      const asked: PartStep[] = [];
      const confirm = (step: PartStep): Promise<boolean> => {
        asked.push(step);
        return Promise.resolve(false);
      };
      const result = await part.driver.restore(part.target, source, { ...part.options, confirm }, quietContext());
      expect(asked.map(({ id }) => id)).toEqual(
        plan.steps
          .filter((step) => step.destroys)
          .slice(0, 1)
          .map(({ id }) => id),
      );
      if (asked.length === 0) return;
      expect(result.done).not.toContain(asked[0]?.id);
      expect(result.verified).toBe(false);
      expect(await part.read()).toBe(before);
    });

    it('brings it back as it was, step by step as planned', async () => {
      const part = await begin();
      const before = await part.read();
      const { source } = await takePart(part);
      await part.change();
      expect(await part.read()).not.toBe(before);
      const plan = await part.driver.planRestore(part.target, source, part.options ?? {}, quietContext());
      const result = await part.driver.restore(part.target, source, { ...part.options, confirm: yes }, quietContext());
      expect(result.failed).toBeUndefined();
      expect(result.done).toEqual(plan.steps.map(({ id }) => id));
      expect(result.verified).toBe(true);
      expect(await part.read()).toBe(before);
    });

    it('stops when it is cancelled, and leaves all as it is', async () => {
      const part = await begin();
      const { source } = await takePart(part);
      await part.change();
      const before = await part.read();
      const over = quietContext(AbortSignal.abort());
      const { driver, target, options = {} } = part;
      const cancelled = { code: 'cancelled' };
      await expect(takePart(part, over)).rejects.toMatchObject(cancelled);
      await expect(driver.verify(source, over)).rejects.toMatchObject(cancelled);
      await expect(driver.planRestore(target, source, options, over)).rejects.toMatchObject(cancelled);
      await expect(driver.restore(target, source, { ...options, confirm: yes }, over)).rejects.toMatchObject(cancelled);
      expect(await part.read()).toBe(before);
    });

    it('tells nobody a secret', async () => {
      const part = await begin();
      const said: string[] = [];
      const say = (message: string): void => void said.push(message);
      const log = { debug: say, info: say, warn: say, error: say };
      const context: OperationContext = {
        ...quietContext(),
        log,
        report: (progress) => say(JSON.stringify(progress)),
      };
      const { taken, source } = await takePart(part, context);
      const plan = await part.driver.planRestore(part.target, source, part.options ?? {}, context);
      const result = await part.driver.restore(part.target, source, { ...part.options, confirm: yes }, context);
      const all = [...said, JSON.stringify([taken, plan, result])].join('\n');
      for (const secret of Object.values(part.target.passwords ?? {})) expect(all).not.toContain(secret);
      for (const secret of Object.values(part.target.headers)) expect(all).not.toContain(secret);
    });
  });
}
