import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { quietContext } from '../../../src/core/context.js';
import type { MongoConnection } from '../../../src/drivers/mongoConnection.js';
import { runMongoTool, toolError, toolVersion } from '../../../src/drivers/mongoTools.js';
import { standInMongo } from '../../helpers/mongoStandIn.js';

const password = 'hush-hush "quoted"';
const connectionTo = (programs: string): MongoConnection => ({
  host: 'db.example',
  port: 27_018,
  database: 'jiji',
  user: 'joe',
  password,
  tls: false,
  programs,
  place: 'db.example:27018/jiji',
});
const refused =
  'Failed: can\'t create session: failed to connect to mongodb://db/: connection() error occurred during connection handshake: auth error: sasl conversation error: unable to authenticate using mechanism "SCRAM-SHA-1": (AuthenticationFailed) Authentication failed.';

/** Aborts once the program was called. */
async function abortWhenCalled(calls: () => Promise<unknown[]>, controller: AbortController): Promise<void> {
  await expect.poll(async () => (await calls()).length, { timeout: 30_000 }).toBe(1);
  controller.abort();
}

describe('a run of mongodump or mongorestore', () => {
  it('is told the password by a file that only its owner reads, gone after success and after failure', async () => {
    const standIn = await standInMongo();
    const connection = connectionTo(standIn.folder);
    await standIn.answer('mongodump', { stderr: ['done dumping jiji.users (2 documents)'], exitCode: 0 });
    await standIn.answer('mongorestore', { stderr: [refused], exitCode: 1 });
    const dumped = await runMongoTool(connection, 'mongodump', ['--db', 'jiji'], quietContext());
    expect(dumped).toMatchObject({ exitCode: 0 });
    const { exitCode, stderr } = await runMongoTool(connection, 'mongorestore', ['--dir', 'x'], quietContext());
    expect(exitCode).toBe(1);
    expect(toolError('mongorestore', connection, stderr)).toMatchObject({ code: 'database-denied' });
    const calls = await standIn.calls();
    expect(calls.map(({ program }) => program)).toEqual(['mongodump', 'mongorestore']);
    for (const { args, config = '', mode, text } of calls) {
      expect(args.join(' ')).not.toContain('hush-hush');
      expect(text).toBe(`password: ${JSON.stringify(password)}\n`);
      if (process.platform !== 'win32') expect(mode).toBe(0o600);
      expect(existsSync(config)).toBe(false);
    }
  });

  it('ends when it is cancelled, and leaves no file behind', async () => {
    const standIn = await standInMongo();
    await standIn.answer('mongorestore', { hang: true });
    const controller = new AbortController();
    const context = quietContext(controller.signal);
    const run = runMongoTool(connectionTo(standIn.folder), 'mongorestore', ['--dir', 'x'], context);
    await Promise.all([
      expect(run).rejects.toMatchObject({ code: 'cancelled' }),
      abortWhenCalled(() => standIn.calls(), controller),
    ]);
    const [call] = await standIn.calls();
    expect(existsSync(call?.config ?? '')).toBe(false);
  });

  it('is ended when it says nothing, as mongorestore does without a server', async () => {
    const standIn = await standInMongo();
    await standIn.answer('mongorestore', { hang: true });
    const run = runMongoTool(connectionTo(standIn.folder), 'mongorestore', ['--dir', 'x'], quietContext(), 50);
    await expect(run).rejects.toMatchObject({ code: 'tool-timeout' });
  });

  it('names its version, and a folder without the program', async () => {
    const { folder } = await standInMongo();
    expect(await toolVersion(connectionTo(folder), 'mongodump', quietContext())).toBe('100.9.4');
    const nowhere = connectionTo(`${folder}-nowhere`);
    await expect(toolVersion(nowhere, 'mongodump', quietContext())).rejects.toMatchObject({ code: 'tool-missing' });
  });
});
