import { describe, expect, it } from 'vitest';
import {
  connectionArguments,
  isIndexFailure,
  loadArguments,
  parseDumped,
  parseRestored,
  parseToolVersion,
  toolError,
} from '../../../src/drivers/mongoTools.js';

const connection = {
  host: 'db.example',
  port: 27_018,
  database: 'jiji',
  user: 'joe',
  password: 'hush-hush',
  tls: false,
  place: 'db.example:27018/jiji',
};
const time = '2026-11-21T05:29:47.000+0000\t';

describe('mongodump and mongorestore', () => {
  it('are told the password by a file only', () => {
    const args = connectionArguments(connection, '/private/config.yaml');
    expect(args.slice(0, 2)).toEqual(['--config', '/private/config.yaml']);
    expect(args.join(' ')).not.toContain('hush-hush');
    expect(args).toContain('--authenticationDatabase');
  });

  it('restore in batches of a hundred, under another name when asked to', () => {
    expect(loadArguments('jiji', 'jiji', 'dump')).toEqual([
      '--batchSize=100',
      '--nsInclude',
      'jiji.*',
      '--dir',
      'dump',
    ]);
    expect(loadArguments('jiji', 'other', 'dump').join(' ')).toContain('--nsFrom jiji.* --nsTo other.*');
  });

  it('say how many documents they wrote, with and without quotes', () => {
    const said = `${time}done dumping jiji.users (250 documents)\n${time}done dumping \`jiji.one\` (1 document)\n`;
    expect(parseDumped(said, 'jiji')).toEqual({ users: 250, one: 1 });
    expect(parseDumped('', 'jiji')).toEqual({});
  });

  it('name their version, or that they were built without one', () => {
    expect(parseToolVersion('mongodump version: 100.9.4\ngit version: x')).toBe('100.9.4');
    expect(parseToolVersion('mongodump version: built-without-version-string\n')).toBe('built-without-version-string');
    expect(parseToolVersion('')).toBeUndefined();
  });

  it('tell documents that are in from indexes that are missing', () => {
    const said = `${time}Failed: jiji.rates: error creating indexes for jiji.rates: createIndex error: (BadValue) no\n${time}1250 document(s) restored successfully. 0 document(s) failed to restore.\n`;
    const { failure = '', restored } = parseRestored(said);
    expect(restored).toBe(1250);
    expect(isIndexFailure(failure)).toBe(true);
    expect(isIndexFailure('jiji.rates: error restoring from rates.bson: reading bson input: unexpected EOF')).toBe(
      false,
    );
  });

  it.each([
    ['connection() error occurred during connection handshake: auth error: sasl conversation error', 'database-denied'],
    ["can't create session: failed to connect to mongodb://db/: server selection error", 'database-unreachable'],
    ['insert: unknown field "bypassEmptyTsReplacement"', 'tool-failed'],
    ['write users.bson: no space left on device', 'store-full'],
  ])('fail by "%s" as %s', (said, code) => {
    expect(toolError('mongodump', connection, `${time}Failed: ${said} hush-hush\n`)).toMatchObject({ code });
    expect(toolError('mongodump', connection, `${time}Failed: ${said} hush-hush\n`).message).not.toContain('hush-hush');
  });
});
