import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BSON, Double, Int32, Long, MongoClient } from 'mongodb';
import type { Target } from '../../src/core/environment.js';
import type { MongodbSection } from '../../src/core/environmentSections.js';
import { freePort } from './freePort.js';

export interface MongoServer {
  port: number;
  client: MongoClient;
  target(section: MongodbSection): Target;
  /** All documents and indexes of a database as text: equal when and only when the database is. */
  text(database: string): Promise<string>;
  /** Ends it at once, as when its machine loses power. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts FerretDB over a temporary folder. @param program its absolute path. */
export async function startMongoServer(program: string): Promise<MongoServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kong-backup-ferretdb-'));
  await mkdir(path.join(folder, 'data'));
  const port = await freePort();
  // It ends when its standard input does.
  const child = spawn(program, [`127.0.0.1:${port}`, path.join(folder, 'data')], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = once(child, 'exit');
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, {
    directConnection: true,
    serverSelectionTimeoutMS: 20_000,
  });
  await client.db('admin').command({ ping: 1 });
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  return {
    port,
    client,
    target: (section) => ({
      environment: {
        id: 'id-of-test',
        name: 'test',
        adminUrl: 'http://127.0.0.1:8001',
        mongodb: { host: '127.0.0.1', port, ...section },
      } as Target['environment'],
      headers: {},
    }),
    text: (database) => textOf(client, database),
    kill,
    async stop() {
      await client.close(true);
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** 252 documents in three collections, and two indexes. */
export async function fillMongo(client: MongoClient, name: string): Promise<void> {
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

async function textOf(client: MongoClient, name: string): Promise<string> {
  const db = client.db(name);
  const names = (await db.listCollections().toArray()).map((each) => each.name).sort();
  const lines: string[] = [];
  for (const each of names) {
    const raw = (await db.collection(each).find({}, { raw: true }).toArray()) as unknown as Uint8Array[];
    const indexes = BSON.EJSON.stringify(await db.collection(each).indexes());
    lines.push(each, indexes, ...raw.map((bytes) => Buffer.from(bytes).toString('hex')).sort());
  }
  return lines.join('\n');
}
