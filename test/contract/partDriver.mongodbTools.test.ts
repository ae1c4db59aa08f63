import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ferretdb } from '../../scripts/tools/ferretdb.js';
import { quietContext } from '../../src/core/context.js';
import { createMongoDriver } from '../../src/drivers/mongo.js';
import { fillMongo, type MongoServer, startMongoServer } from '../helpers/mongoServer.js';
import { type MongoStandIn, standInMongo } from '../helpers/mongoStandIn.js';
import { temporaryFolder } from '../helpers/temporaryFolder.js';
import { requireTool } from '../helpers/tools.js';
import { partDriverContract, type PartUnderTest, takePart } from './partDriverContract.js';

const { path: program, describeTool } = await requireTool(ferretdb);
const yes = (): Promise<boolean> => Promise.resolve(true);

// The programs are stand-ins, with the words and exit codes of the real ones; the server is a real one.
describeTool('MongoDB, by mongodump and mongorestore', () => {
  let server: MongoServer;
  beforeAll(async () => void (server = await startMongoServer(program)));
  afterAll(() => server.stop());

  let made = 0;
  const part = async (): Promise<PartUnderTest & { database: string; undoFolder: string; standIn: MongoStandIn }> => {
    const database = `tools${++made}`;
    const undoFolder = await temporaryFolder();
    const standIn = await standInMongo();
    await fillMongo(server.client, database);
    return {
      database,
      undoFolder,
      standIn,
      driver: createMongoDriver({ undoFolder, engine: 'tools' }),
      target: { ...server.target({ database, programs: standIn.folder }), passwords: { mongodb: 'hush-hush' } },
      read: () => server.text(database),
      change: async () => void (await server.client.db(database).collection('users').deleteOne({ name: 'a' })),
    };
  };

  partDriverContract('mongodb, by its tools', part);

  it('are called with the password in a private file, and with nothing that a restore need not know', async () => {
    const { driver, target, standIn } = await part();
    const { source, taken } = await takePart({ driver, target });
    expect(taken).toMatchObject({ driverVersion: '100.9.4', details: { engine: 'tools' } });
    await driver.restore(target, source, { confirm: yes }, quietContext());
    const calls = await standIn.calls();
    expect(calls.map((call) => call.program)).toEqual(['mongodump', 'mongorestore']);
    for (const { args, config = '', text } of calls) {
      expect(args.join(' ')).not.toContain('hush-hush');
      expect(text).toContain('hush-hush');
      expect(existsSync(config)).toBe(false);
    }
    expect(calls[1]?.args).not.toContain('--drop');
  });

  it('bring back under another name', async () => {
    const { driver, target, database, read } = await part();
    const { source } = await takePart({ driver, target });
    const choices = { database: `${database}_other` };
    const result = await driver.restore(target, source, { choices, confirm: yes }, quietContext());
    expect(result).toMatchObject({ verified: true });
    expect(await server.text(choices.database)).toBe(await read());
  });

  it('keep what is there, and count it', async () => {
    const { driver, target } = await part();
    const { source } = await takePart({ driver, target });
    const result = await driver.restore(target, source, { choices: { keep: true }, confirm: yes }, quietContext());
    expect(result.failed).toBeUndefined();
    const messages = result.warnings.map(({ message }) => message);
    expect(messages).toContain('252 documents were there already and stayed as they were.');
  });

  it('bring back what was there when the server is lost while documents are loaded', async () => {
    const { driver, target, change, read, standIn } = await part();
    const { source } = await takePart({ driver, target });
    await change();
    const before = await read();
    const stderr = [
      'Failed: tools.rates: error restoring from rates.bson: connection() : socket was unexpectedly closed: EOF',
      '78 document(s) restored successfully. 0 document(s) failed to restore.',
    ];
    await standIn.answer('mongorestore', { stderr, exitCode: 1, documents: true });
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ done: ['stop', 'safety'], verified: false, failed: { step: 'load' } });
    expect(result.failed?.remedy).toContain('What was there before was brought back');
    expect(await read()).toBe(before);
  });

  it('bring back what was there when mongorestore is cancelled', async () => {
    const { driver, target, change, read, standIn } = await part();
    const { source } = await takePart({ driver, target });
    await change();
    const before = await read();
    await standIn.answer('mongorestore', { hang: true });
    const controller = new AbortController();
    const restoring = driver.restore(target, source, { confirm: yes }, quietContext(controller.signal));
    await Promise.all([
      expect(restoring).rejects.toMatchObject({
        code: 'cancelled',
        remedy: expect.stringContaining('What was there before was brought back') as string,
      }),
      expect
        .poll(async () => (await standIn.calls()).length, { timeout: 30_000 })
        .toBe(2)
        .then(() => controller.abort()),
    ]);
    const call = (await standIn.calls()).at(-1);
    expect(call?.program).toBe('mongorestore');
    expect(existsSync(call?.config ?? '')).toBe(false);
    expect(await read()).toBe(before);
  });

  it('say that the documents are in and that indexes are missing', async () => {
    const { driver, target, standIn, database, undoFolder } = await part();
    const { source } = await takePart({ driver, target });
    const stderr = [
      `Failed: ${database}.rates: error creating indexes for ${database}.rates: createIndex error: (BadValue) no`,
      '252 document(s) restored successfully. 0 document(s) failed to restore.',
    ];
    await standIn.answer('mongorestore', { stderr, exitCode: 1, documents: true });
    const result = await driver.restore(target, source, { confirm: yes }, quietContext());
    expect(result).toMatchObject({ verified: false, failed: { step: 'load' } });
    expect(result.failed?.reason).toContain('The documents are in; 1 of the indexes are missing');
    expect(result.failed?.remedy).toContain(undoFolder);
    expect(await server.client.db(database).collection('rates').countDocuments()).toBe(250);
  });
});
