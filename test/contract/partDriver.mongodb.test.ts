import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { ferretdb } from '../../scripts/tools/ferretdb.js';
import { type Progress, quietContext } from '../../src/core/context.js';
import type { PartStep } from '../../src/core/partDriver.js';
import { createMongoDriver } from '../../src/drivers/mongo.js';
import { fillMongo, type MongoServer, startMongoServer } from '../helpers/mongoServer.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';
import { partDriverContract, type PartUnderTest, sourceOf, takePart } from './partDriverContract.js';
import { someGateway } from '../helpers/someGateway.js';

const { path: program, describeTool } = await requireTool(ferretdb);
const recorded = fileURLToPath(new URL('../../../shared/kong-facts/recordings/mongo-output/dump', import.meta.url));
const isRecorded = existsSync(recorded);
if (!isRecorded) console.warn('skipped: no dump of the real mongodump at ../shared/kong-facts');
const yes = (): Promise<boolean> => Promise.resolve(true);

/** As mongodump writes it: documents one after the other, and an empty collection. @returns the documents, in hex. */
async function writeDump(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const id = (value: string): string => `105f696400${value}`;
  const coins = `0e000000${id('01000000')}00` + `1a000000${id('02000000')}026e616d6500020000006200` + '00';
  const one = { $numberInt: '1' };
  const v = { $numberInt: '2' };
  const idIndex = { v, key: { _id: one }, name: '_id_' };
  const nameIndex = { v, key: { name: one }, name: 'name_1', ns: 'byhand.coins' };
  const metadata = (collectionName: string, indexes: object[]): string =>
    JSON.stringify({ indexes, collectionName, type: 'collection', options: {} });
  await writeFile(path.join(folder, 'prelude.json'), '{"ServerVersion":"7.0.0","ToolVersion":"100.10.0"}');
  await writeFile(path.join(folder, 'coins.bson'), Buffer.from(coins, 'hex'));
  await writeFile(path.join(folder, 'coins.metadata.json'), metadata('coins', [idIndex, nameIndex]));
  await writeFile(path.join(folder, 'none.bson'), '');
  await writeFile(path.join(folder, 'none.metadata.json'), metadata('none', [idIndex]));
  return coins;
}

describeTool('MongoDB', () => {
  let server: MongoServer;
  beforeAll(async () => void (server = await startMongoServer(program)));
  afterAll(() => server.stop());

  let made = 0;
  const part = async (): Promise<PartUnderTest & { database: string; undoFolder: string }> => {
    const database = `jiji${++made}`;
    const undoFolder = await temporaryFolder();
    await fillMongo(server.client, database);
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
    await fillMongo(doomed.client, 'jiji');
    const undoFolder = await temporaryFolder();
    const driver = createMongoDriver({ undoFolder, engine: 'library' });
    const target = doomed.target({ database: 'jiji' });
    const { source } = await takePart({ driver, target });
    const confirm = async ({ id }: PartStep): Promise<boolean> => {
      if (id === 'drop') await doomed.kill();
      return true;
    };
    const result = await driver.restore(target, source, { confirm }, quietContext());
    expect(result).toMatchObject({ done: ['stop', 'safety'], verified: false, failed: { step: 'drop' } });
    expect(result.failed?.remedy).toContain(undoFolder);
    expect(await driver.probe(target, someGateway, quietContext())).toMatchObject({
      present: true,
      availability: { available: false, code: 'database-unreachable' },
    });
  }, 90_000);

  it('says what is there when the server goes down while documents are loaded', async () => {
    const doomed = await startMongoServer(program);
    onTestFinished(() => doomed.stop());
    await fillMongo(doomed.client, 'jiji');
    const undoFolder = await temporaryFolder();
    const driver = createMongoDriver({ undoFolder, engine: 'library' });
    const target = doomed.target({ database: 'jiji' });
    const { source } = await takePart({ driver, target });
    const report = ({ step, subject }: Progress): void => {
      if (step === 'apply' && subject === 'users') void doomed.kill();
    };
    const result = await driver.restore(target, source, { confirm: yes }, { ...quietContext(), report });
    expect(result).toMatchObject({ done: ['stop', 'safety', 'drop'], verified: false, failed: { step: 'load' } });
    expect(result.failed?.remedy).toContain('Bringing back failed too');
    expect(result.failed?.remedy).toContain(undoFolder);
    expect(result.warnings.map(({ code }) => code)).toContain('documents-start-by-hand');
  }, 90_000);

  it('brings back what was there when it is cancelled behind the drop, and says so', async () => {
    const { driver, target, change, read } = await part();
    const { source } = await takePart({ driver, target });
    await change();
    const before = await read();
    const controller = new AbortController();
    const report = ({ step, subject }: Progress): void => {
      if (step === 'apply' && subject === 'users') controller.abort();
    };
    const context = { ...quietContext(controller.signal), report };
    await expect(driver.restore(target, source, { confirm: yes }, context)).rejects.toMatchObject({
      code: 'cancelled',
      remedy: expect.stringContaining('What was there before was brought back') as string,
    });
    expect(await read()).toBe(before);
  });

  it('asks to stop what uses the database, and names the commands, when the environment names none', async () => {
    const { driver, target, read } = await part();
    const { source } = await takePart({ driver, target });
    const before = await read();
    const { steps } = await driver.planRestore(target, source, {}, quietContext());
    expect(steps.map(({ id }) => id)).toEqual(['stop', 'safety', 'drop', 'load', 'read-back', 'start']);
    for (const words of ['docker-compose stop', 'docker start jiji_mongodb', 'heroku ps:scale web=0']) {
      expect(steps[0]?.command).toContain(words);
    }
    const asked: string[] = [];
    const no = ({ id }: PartStep): Promise<boolean> => Promise.resolve(asked.push(id) < 0);
    const result = await driver.restore(target, source, { confirm: no }, quietContext());
    expect([asked, result.done]).toEqual([['stop'], []]);
    expect(await read()).toBe(before);
  });

  it('tells a password that is refused', async () => {
    const driver = createMongoDriver({ undoFolder: await temporaryFolder(), engine: 'library' });
    const passwords = { mongodb: 'hush-hush' };
    const target = { ...server.target({ database: 'jiji', user: 'joe' }), passwords };
    const found = await driver.probe(target, someGateway, quietContext());
    expect(found).toMatchObject({ present: true, availability: { available: false, code: 'database-denied' } });
    expect(JSON.stringify(found)).not.toContain(passwords.mongodb);
  });

  it('reads a dump made by hand, and writes the same bytes', async () => {
    const driver = createMongoDriver({ undoFolder: await temporaryFolder(), engine: 'library' });
    const directory = path.join(await temporaryFolder(), 'documents');
    const coins = await writeDump(path.join(directory, 'byhand'));
    const counts = { coins: 2, none: 0 };
    const taken = { format: 'mongodump' as const, driverVersion: '100.9.4', counts, gaps: [], warnings: [] };
    const source = await sourceOf(driver, taken, directory);
    expect(await driver.verify(source, quietContext())).toEqual([]);
    const target = server.target({ database: 'byhand' });
    expect(await driver.restore(target, source, { confirm: yes }, quietContext())).toMatchObject({ verified: true });
    expect(await server.client.db('byhand').collection('coins').indexExists('name_1')).toBe(true);
    const again = await takePart({ driver, target });
    expect(await readFile(path.join(again.source.directory, 'byhand', 'coins.bson'), 'hex')).toBe(coins);
  });

  it.skipIf(!isRecorded)('reads what the real mongodump wrote, and writes the same bytes', async () => {
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
