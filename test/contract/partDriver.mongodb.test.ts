import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Double, Int32, Long, type MongoClient } from 'mongodb';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ferretdb } from '../../scripts/tools/ferretdb.js';
import { quietContext } from '../../src/core/context.js';
import { createMongoDriver } from '../../src/drivers/mongo.js';
import { type MongoServer, startMongoServer } from '../helpers/mongoServer.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';
import { partDriverContract, type PartUnderTest, someGateway, sourceOf, takePart } from './partDriverContract.js';

const { path: program, describeTool } = await requireTool(ferretdb);
const recorded = fileURLToPath(new URL('../../../shared/kong-facts/recordings/mongo-output/dump', import.meta.url));
const yes = (): Promise<boolean> => Promise.resolve(true);

async function fill(client: MongoClient, name: string): Promise<void> {
  const db = client.db(name);
  await db.createCollection('empty');
  const rates = Array.from({ length: 250 }, (_, at) => ({
    _id: new Int32(at),
    pair: `P${at % 7}`,
    bid: new Double(at),
    volume: Long.fromNumber(at * 1e10),
    at: new Date(at * 1000),
  }));
  await db.collection<{ _id: Int32 }>('rates').insertMany(rates, { promoteValues: false });
  await db.collection('rates').createIndex({ pair: 1, at: -1 }, { name: 'pair_at' });
  await db.collection('users').insertMany([{ name: 'a', mail: Buffer.from([1, 2, 3]) }, { name: 'b' }]);
  await db.collection('users').createIndex({ name: 1 }, { unique: true });
}

describeTool('MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => void (server = await startMongoServer(program)));
  afterAll(() => server.stop());

  let made = 0;
  const part = async (): Promise<PartUnderTest & { database: string; undoFolder: string }> => {
    const database = `jiji${++made}`;
    const undoFolder = await temporaryFolder();
    await fill(server.client, database);
    return {
      database,
      undoFolder,
      driver: createMongoDriver({ undoFolder, engine: 'library' }),
      target: server.target({ database }),
      read: () => server.text(database),
      async change() {
        const db = server.client.db(database);
        await db.collection('rates').deleteMany({ pair: 'P1' });
        await db.collection('added').insertOne({ x: 1 });
      },
    };
  };

  partDriverContract('mongodb, by its library', part);

  it('tells a database that is not there, and a server that is not', async () => {
    const driver = createMongoDriver({ undoFolder: await temporaryFolder(), engine: 'library' });
    const gone = { target: server.target({ database: 'nosuch' }), driver };
    await expect(takePart(gone)).rejects.toMatchObject({ code: 'environment-invalid' });
    expect(await driver.probe(gone.target, someGateway, quietContext())).toMatchObject({
      availability: { available: false, code: 'environment-invalid' },
    });
  });

  it('restores into a database of another name, and keeps what is there when asked to', async () => {
    const { driver, target, database, read } = await part();
    const { source } = await takePart({ driver, target });
    const choices = { database: `${database}_other` };
    const other = await driver.restore(target, source, { choices, confirm: yes }, quietContext());
    expect(other).toMatchObject({ verified: true });
    expect(await server.text(choices.database)).toBe(await read());
    const kept = await driver.restore(target, source, { choices: { keep: true }, confirm: yes }, quietContext());
    expect(kept.verified).toBe(false);
    expect(kept.warnings.map(({ message }) => message)).toContain(
      '252 documents were there already and stayed as they were.',
    );
  });

  it('keeps what it drops, in a folder that restores', async () => {
    const { driver, target, undoFolder, change, read, database } = await part();
    const { taken, source } = await takePart({ driver, target });
    await change();
    const changed = await read();
    await driver.restore(target, source, { confirm: yes }, quietContext());
    const [kept = ''] = await readdir(undoFolder);
    const directory = path.join(undoFolder, kept);
    const counts = {
      added: 1,
      empty: 0,
      rates: await server.client
        .db(database)
        .collection('rates')
        .countDocuments({ pair: { $ne: 'P1' } }),
      users: 2,
    };
    const back = await sourceOf(driver, { ...taken, counts }, directory);
    expect(await driver.restore(target, back, { confirm: yes }, quietContext())).toMatchObject({ verified: true });
    expect(await read()).toBe(changed);
  });

  it('says where what was there is kept when the server goes down behind the safety dump', async () => {
    const doomed = await startMongoServer(program);
    onTestFinished(() => doomed.stop());
    await fill(doomed.client, 'jiji');
    const undoFolder = await temporaryFolder();
    const driver = createMongoDriver({ undoFolder, engine: 'library' });
    const target = doomed.target({ database: 'jiji' });
    const { source } = await takePart({ driver, target });
    const confirm = async (): Promise<boolean> => {
      await doomed.kill();
      return true;
    };
    const result = await driver.restore(target, source, { confirm }, quietContext());
    expect(result).toMatchObject({ done: ['safety'], verified: false, failed: { step: 'drop' } });
    expect(result.failed?.remedy).toContain(undoFolder);
  }, 90_000);

  it.skipIf(!existsSync(recorded))('reads what the real mongodump wrote, and writes the same bytes', async () => {
    const driver = createMongoDriver({ undoFolder: await temporaryFolder(), engine: 'library' });
    const directory = path.join(await temporaryFolder(), 'documents');
    await mkdir(directory);
    await cp(recorded, directory, { recursive: true });
    const target = server.target({ database: 'jiji' });
    const counts = { empty: 0, rates: 1000, users: 250 };
    const taken = { format: 'mongodump' as const, driverVersion: '100.9.4', counts, gaps: [], warnings: [] };
    const source = await sourceOf(driver, taken, directory);
    expect(await driver.verify(source, quietContext())).toEqual([]);
    expect(await driver.restore(target, source, { confirm: yes }, quietContext())).toMatchObject({ verified: true });
    const again = await takePart({ driver, target });
    for (const file of ['rates.bson', 'users.bson', 'empty.bson']) {
      const [theirs, ours] = await Promise.all(
        [directory, again.source.directory].map((folder) => readFile(path.join(folder, 'jiji', file))),
      );
      expect(ours?.equals(theirs ?? Buffer.alloc(0)), file).toBe(true);
    }
  });
});
