import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  connectionOf,
  derivedName,
  identifier,
  isDerivedOfOther,
  literal,
} from '../../../src/drivers/postgresConnection.js';
import {
  dumpArguments,
  loadArguments,
  loadTextArguments,
  queryArguments,
} from '../../../src/drivers/postgresCommand.js';

const target = (database: object, passwords = {}) => ({
  environment: { id: 'x', name: 'x', adminUrl: '', mode: 'traditional' as const, database },
  headers: {},
  passwords,
  baseFolder: path.resolve('/base'),
});

describe('connectionOf', () => {
  it('says all by environment variables, the password masked wherever it is shown', () => {
    const section = { host: 'db', port: 5433, name: 'kong', user: 'me', sslMode: 'verify-full', caFile: 'ca.pem' };
    const { env, secrets, place } = connectionOf(target(section, { database: 'hidden' }));
    expect(env).toMatchObject({
      PGHOST: 'db',
      PGPORT: '5433',
      PGDATABASE: 'kong',
      PGUSER: 'me',
      PGPASSWORD: 'hidden',
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: path.resolve('/base', 'ca.pem'),
    });
    expect(secrets).toEqual(['hidden']);
    expect(place).toBe('db:5433/kong');
  });

  it('leaves what is not said as the person has it, but for an address that would win over the host', () => {
    expect(Object.keys(connectionOf(target({})).env)).not.toContain('PGHOST');
    const { env } = connectionOf(target({ host: 'db' }));
    expect(env).toHaveProperty('PGHOSTADDR', undefined);
    expect(env).not.toHaveProperty('PGPASSWORD');
  });
});

describe('arguments', () => {
  it('never ask, never hold a password, and name what is needed', () => {
    expect(dumpArguments({ format: 'directory', place: '/d', jobs: 4, snapshot: 's-1' })).toEqual([
      ...['--no-password', '--verbose', '--format', 'directory', '--file', '/d', '--snapshot', 's-1', '--jobs', '4'],
    ]);
    expect(dumpArguments({ format: 'tar', place: '/d', jobs: 4 })).not.toContain('--jobs');
    expect(queryArguments()).toContain('--no-psqlrc');
    expect(loadTextArguments('/f')).toEqual(expect.arrayContaining(['--single-transaction', 'ON_ERROR_STOP=1']));
  });

  it('restore in one transaction, into a database of any name', () => {
    const base = { place: '/d', noOwner: false, noPrivileges: false };
    expect(loadArguments({ ...base, database: 'kong' }).slice(-3)).toEqual(['--dbname', 'kong', '/d']);
    expect(loadArguments({ ...base, database: "a=b'\\" })).toContain("dbname='a=b\\'\\\\'");
    expect(loadArguments({ ...base, database: 'kong', clean: true, noOwner: true, noPrivileges: true })).toEqual(
      expect.arrayContaining([
        '--single-transaction',
        '--exit-on-error',
        '--clean',
        '--if-exists',
        '--no-owner',
        '--no-privileges',
      ]),
    );
  });
});

describe('SQL', () => {
  it('quotes whatever there is', () => {
    expect(literal("it's")).toBe("'it''s'");
    expect(literal('a\\b')).toBe("E'a\\\\b'");
    expect(identifier('a"b')).toBe('"a""b"');
  });
});

describe('derivedName', () => {
  const now = new Date('2026-11-21T13:05:01.123Z');

  it('tells when', () => expect(derivedName('kong', 'restore', now)).toBe('kong_restore_20261121t130501z'));

  it('stays within what PostgreSQL takes, in bytes', () => {
    const name = derivedName('ü'.repeat(40), 'restore', now);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name).toMatch(/^ü+_restore_20261121t130501z$/);
  });

  it('is told from that of another database', () => {
    const of = (base: string, name: string) => isDerivedOfOther(derivedName(base, 'before', now), name);
    expect([of('kong', 'kong'), of('ü'.repeat(40), 'ü'.repeat(40))]).toEqual([false, false]);
    expect([of('kong_staging', 'kong'), of('kong', 'kong_staging')]).toEqual([true, true]);
    expect(isDerivedOfOther('made-by-hand', 'kong')).toBe(false);
  });
});
