import { describe, expect, it } from 'vitest';
import { postgresError } from '../../../src/drivers/postgresErrors.js';

const server = 'pg_dump: error: connection to server at "127.0.0.1", port 15432 failed: ';

describe('postgresError', () => {
  it.each([
    [`${server}FATAL:  password authentication failed for user "kong"`, 'database-denied'],
    [`${server}fe_sendauth: no password supplied`, 'database-denied'],
    [`${server}FATAL:  role "ghost" does not exist`, 'database-denied'],
    [`${server}FATAL:  database "absent" does not exist`, 'database-unreachable'],
    [`${server}timeout expired`, 'database-unreachable'],
    [
      `${server}Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?`,
      'database-unreachable',
    ],
    [`${server}server does not support SSL, but SSL was required`, 'database-unreachable'],
    [
      'pg_dump: error: could not translate host name "no.invalid" to address: Name or service not known',
      'database-unreachable',
    ],
    ['pg_dump: error: query failed: ERROR:  permission denied for table schema_meta', 'database-denied'],
    ['ERROR:  must be a superuser to terminate superuser process', 'database-denied'],
    [
      'ERROR:  must be a member of the role whose process is being terminated or member of pg_signal_backend',
      'database-denied',
    ],
    ['pg_dump: error: could not write to output file: No space left on device', 'store-full'],
    ['pg_dump: error: could not open output file "x/y.dump": No such file or directory', 'store-unwritable'],
    ['pg_dump: error: aborting because of server version mismatch', 'tool-too-old'],
    ['pg_restore: error: unsupported version (1.16) in file header', 'tool-too-old'],
    ['pg_restore: error: could not read from input file: end of file', 'dump-damaged'],
    ['pg_restore: error: could not close data file "d5/3814.dat": No such file or directory', 'dump-damaged'],
    ['pg_restore: error: could not read from input file: d6/3814.dat.gz: invalid distances set', 'dump-damaged'],
    [
      'pg_restore: error: directory "e" does not appear to be a valid archive ("toc.dat" does not exist)',
      'dump-damaged',
    ],
    [
      'pg_restore: error: could not execute query: ERROR:  could not extend file "base/1/2": No space left on device',
      'tool-failed',
    ],
    ['something else', 'tool-failed'],
  ])('%s', (said, code) => {
    const error = postgresError('pg_dump', 'db', said, []);
    expect(error.code).toBe(code);
    expect(error.remedy).not.toBe('');
  });

  it('shows the first complaint among progress, with its detail, and no secret', () => {
    const said =
      'pg_dump: reading schemas\npg_dump: error: query failed: ERROR:  x hidden\npg_dump: detail: Query was: LOCK\nmore';
    expect(postgresError('pg_dump', 'db', said, ['hidden']).reason).toBe(
      'pg_dump: query failed: ERROR:  x ••• pg_dump: detail: Query was: LOCK.',
    );
  });
});
