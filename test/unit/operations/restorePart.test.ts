import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PartDriver, PartSource } from '../../../src/core/partDriver.js';
import { backup } from '../../../src/operations/backup.js';
import { planPartRestore, restorePart } from '../../../src/operations/restorePart.js';
import { operationsFixture, service, targetOf, watchedContext } from './operationsFixture.js';

/** Keeps one text, and remembers what it was given to bring back. */
class TextDriver implements PartDriver {
  readonly id = 'text';
  readonly part = 'files';
  restored: string | undefined;

  probe = () => Promise.resolve({ present: true, availability: { available: true, version: '1' } } as const);
  verify = () => Promise.resolve([]);

  async backup(_target: unknown, { directory }: { directory: string }) {
    await writeFile(path.join(directory, 'kong.conf'), 'database = postgres\n');
    return { format: 'files' as const, counts: { files: 1 }, driverVersion: '1', gaps: [], warnings: [] };
  }

  planRestore = (_target: unknown, { directory }: PartSource) =>
    Promise.resolve({
      steps: [{ id: 'write', title: `Write kong.conf from ${path.basename(directory)}` }],
      warnings: [],
    });

  restore: PartDriver['restore'] = async (_target, { directory }, { confirm }) => {
    const step = { id: 'write', title: 'Write kong.conf', destroys: 'The file that is there.' };
    if (!(await confirm(step))) return { done: [], verified: false, warnings: [] };
    this.restored = await readFile(path.join(directory, 'kong.conf'), 'utf8');
    return { done: ['write'], verified: true, warnings: [] };
  };
}

async function taken() {
  const { parts, root } = await operationsFixture(service(1));
  const driver = new TextDriver();
  const { context } = watchedContext();
  const sources = { ...parts, partDrivers: [driver] };
  const { id } = await backup(sources, { target: targetOf() }, context);
  const request = { target: targetOf(), snapshot: id, part: 'files' as const, options: {} };
  return { sources, driver, context, request, root, id };
}

describe('bringing a part back', () => {
  it('shows the steps, and does them with the files as they were', async () => {
    const { sources, driver, context, request } = await taken();
    const plan = await planPartRestore(sources, request, context);
    expect(plan.steps).toEqual([{ id: 'write', title: 'Write kong.conf from files' }]);
    expect(driver.restored).toBeUndefined();
    const result = await restorePart(sources, { ...request, confirm: () => Promise.resolve(true) }, context);
    expect(result).toMatchObject({ done: ['write'], verified: true });
    expect(driver.restored).toBe('database = postgres\n');
  });

  it('stops where somebody says no', async () => {
    const { sources, driver, context, request } = await taken();
    const asked: (string | undefined)[] = [];
    const confirm = (step: { destroys?: string }) => {
      asked.push(step.destroys);
      return Promise.resolve(false);
    };
    expect(await restorePart(sources, { ...request, confirm }, context)).toMatchObject({ done: [] });
    expect(asked).toEqual(['The file that is there.']);
    expect(driver.restored).toBeUndefined();
  });

  it('takes no damaged file, no part that is not there, and no environment that is only read', async () => {
    const { sources, driver, context, request, root, id } = await taken();
    const confirm = () => Promise.resolve(true);
    const database = planPartRestore(sources, { ...request, part: 'database' }, context);
    await expect(database).rejects.toMatchObject({ code: 'snapshot-without-part' });
    const readOnly = restorePart(sources, { ...request, target: targetOf({ readOnly: true }), confirm }, context);
    await expect(readOnly).rejects.toMatchObject({ code: 'environment-read-only' });
    await writeFile(path.join(root, ...id.split('/'), 'files', 'kong.conf'), 'database = off     \n');
    await expect(restorePart(sources, { ...request, confirm }, context)).rejects.toMatchObject({
      code: 'snapshot-damaged',
    });
    expect(driver.restored).toBeUndefined();
  });

  it('lets another driver make its own of entities, where none brings them back part by part', async () => {
    const { sources, context, request } = await taken();
    const converts = Object.assign(new TextDriver(), { converts: 'entities' as const });
    const plan = await planPartRestore(
      { ...sources, partDrivers: [converts] },
      { ...request, part: 'entities' },
      context,
    );
    expect(plan.steps).toMatchObject([{ title: 'Write kong.conf from entities' }]);
    const none = planPartRestore(sources, { ...request, part: 'entities' }, context);
    await expect(none).rejects.toMatchObject({ code: 'snapshot-without-part' });
  });
});
