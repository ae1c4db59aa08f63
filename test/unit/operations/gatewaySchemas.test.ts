import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { RawSchemas, SchemaReader, WantedSchemas } from '../../../src/core/driver.js';
import type { GatewayInfo } from '../../../src/core/environment.js';
import { KongBackupError } from '../../../src/core/errors.js';
import type { JsonObject } from '../../../src/core/json.js';
import { gatewaySchemas, lastSchemas, noCache, type SchemaCache } from '../../../src/operations/gatewaySchemas.js';
import { createSchemaCache } from '../../../src/operations/schemaCache.js';
import { createJsonCache } from '../../../src/stores/jsonCache.js';
import { temporaryFolder } from '../../helpers/temporaryFolder.js';
import { targetOf } from './operationsFixture.js';

const gateway: GatewayInfo = {
  version: '3.9.3',
  edition: 'community',
  mode: 'traditional',
  hostname: 'h',
  database: 'postgres',
  plugins: ['cors', 'ours'],
  workspaces: ['default'],
  workspacesKnown: true,
  hasWorkspaces: false,
};
const schema = (name: string): JsonObject => ({ fields: [{ [name]: { type: 'string' } }] });

/** A gateway that has `services`, `cors` and `ours`, and remembers what it was asked. */
function reader(failing: string[] = []): SchemaReader & { asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    schemas(_target, wanted: WantedSchemas) {
      const [kinds, plugins] = [[...wanted.kinds], [...wanted.plugins]];
      asked.push([...kinds, ...plugins]);
      const found: RawSchemas = { entities: {}, plugins: {}, failed: [] };
      for (const name of [...kinds, ...plugins]) {
        const error = new KongBackupError('gateway-forbidden', { place: name, reason: 'shut', remedy: '' });
        if (failing.includes(name)) found.failed.push({ name, error });
        else if (name === 'services') found.entities[name] = schema(name);
        else if (plugins.includes(name)) found.plugins[name] = schema(name);
      }
      return Promise.resolve(found);
    },
  };
}

const context = quietContext();
const ask = (
  schemas: SchemaReader,
  cache: SchemaCache,
  wanted: WantedSchemas,
  more: { refresh?: boolean; info?: GatewayInfo } = {},
) =>
  gatewaySchemas(
    { schemas, cache },
    targetOf(),
    more.info ?? gateway,
    wanted,
    { refresh: more.refresh ?? false },
    context,
  );

async function folderCache(): Promise<{ folder: string; cache: SchemaCache }> {
  const folder = path.join(await temporaryFolder(), 'schemas');
  return { folder, cache: createSchemaCache(createJsonCache(folder)) };
}

describe('a gateway’s own schemas', () => {
  test('are asked for once, those that are used only, and of plugins that it has', async () => {
    const schemas = reader();
    const { cache } = await folderCache();
    const first = await ask(schemas, cache, { kinds: ['services', 'nothing'], plugins: ['ours', 'not-there'] });
    expect(first.answers).toEqual({ entities: { services: schema('services') }, plugins: { ours: schema('ours') } });
    const second = await ask(schemas, cache, { kinds: ['services', 'nothing'], plugins: ['ours', 'cors'] });
    expect(Object.keys(second.answers.plugins)).toEqual(['ours', 'cors']);
    expect(schemas.asked).toEqual([['services', 'nothing', 'ours'], ['cors']]);
  });

  test('are asked for anew on demand, and of a gateway that became another', async () => {
    const schemas = reader();
    const { cache } = await folderCache();
    const wanted = { kinds: ['services'], plugins: [] };
    await ask(schemas, cache, wanted);
    await ask(schemas, cache, wanted, { refresh: true });
    await ask(schemas, cache, wanted, { info: { ...gateway, plugins: [...gateway.plugins, 'new'] } });
    await ask(schemas, cache, wanted, { info: { ...gateway, version: '3.10.0' } });
    expect(schemas.asked).toEqual([['services'], ['services'], ['services'], ['services']]);
    await ask(schemas, cache, wanted, { info: { ...gateway, plugins: [...gateway.plugins].reverse() } });
    expect(schemas.asked.at(-1)).toEqual([]);
  });

  test('are asked for anew after a day', async () => {
    const schemas = reader();
    const wanted = { kinds: ['services'], plugins: [] };
    const kept: { value?: Awaited<ReturnType<SchemaCache['read']>> } = {};
    const cache: SchemaCache = {
      ...noCache,
      read: () => Promise.resolve(kept.value),
      write: (_, value) => Promise.resolve(void (kept.value = value)),
    };
    await ask(schemas, cache, wanted);
    await ask(schemas, cache, wanted);
    if (kept.value) kept.value = { ...kept.value, at: '2001-01-01T00:00:00.000Z' };
    await ask(schemas, cache, wanted);
    expect(schemas.asked).toEqual([['services'], [], ['services']]);
  });

  test('that stay shut or make no sense are named, and asked for again next time', async () => {
    const schemas = reader(['ours']);
    const { cache } = await folderCache();
    const wanted = { kinds: [], plugins: ['ours'] };
    expect((await ask(schemas, cache, wanted)).missing).toEqual([{ name: 'ours', reason: 'shut' }]);
    await ask(schemas, cache, wanted);
    expect(schemas.asked).toEqual([['ours'], ['ours']]);

    const endless: SchemaReader = {
      schemas: () =>
        Promise.resolve({ entities: {}, plugins: { ours: { fields: Array<number>(70_000).fill(1) } }, failed: [] }),
    };
    const { missing, answers } = await ask(endless, noCache, wanted);
    expect([missing[0]?.name, answers.plugins]).toEqual(['ours', {}]);
  });

  test('are kept for the time when the gateway does not answer, by environment', async () => {
    const { folder, cache } = await folderCache();
    const { environment } = targetOf();
    expect(await lastSchemas(cache, environment, context)).toBeUndefined();
    await ask(reader(), cache, { kinds: ['services'], plugins: [] });
    expect(await lastSchemas(cache, environment, context)).toMatchObject({
      version: '3.9.3',
      at: expect.any(String) as string,
    });
    expect(await lastSchemas(cache, { ...environment, adminUrl: 'http://other:8001' }, context)).toBeUndefined();
    const texts = await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')));
    expect(texts.join()).not.toContain(environment.adminUrl);
  });

  test('that were damaged on the disk, or are of another make, are asked for again', async () => {
    const { folder, cache } = await folderCache();
    const schemas = reader();
    const wanted = { kinds: ['services'], plugins: [] };
    await ask(schemas, cache, wanted);
    for (const name of await readdir(folder)) {
      const file = path.join(folder, name);
      await writeFile(file, (await readFile(file, 'utf8')).replace('string', 'number'));
    }
    await ask(schemas, cache, wanted);
    const odd = createSchemaCache({
      read: () => Promise.resolve({ version: 1 }),
      write: () => Promise.reject(new Error('full')),
    });
    await ask(schemas, odd, wanted);
    expect(schemas.asked).toEqual([['services'], ['services'], ['services']]);
  });
});
