import { describe, expect, it } from 'vitest';
import { isPatched, parsePostgresVersion, patchedRelease } from '../../../src/drivers/postgresVersion.js';

const parsed = (text: string) => {
  const version = parsePostgresVersion(text);
  if (!version) throw new Error(`no version: ${text}`);
  return version;
};

describe('parsePostgresVersion', () => {
  it.each([
    ['pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', { major: 15, minor: 18, text: '15.18' }],
    ['psql (PostgreSQL) 18beta1', { major: 18, minor: 0, text: '18' }],
    ['15.18 (Debian 15.18-0+deb12u1)', { major: 15, minor: 18, text: '15.18' }],
    ['9.6.24', { major: 9, minor: 6, text: '9.6.24' }],
  ])('%s', (text, version) => expect(parsePostgresVersion(text)).toEqual(version));

  it('is undefined for anything else', () => expect(parsePostgresVersion('pg_dump: not found')).toBeUndefined());
});

describe('isPatched', () => {
  it.each([
    ['15.13', false],
    ['15.14', true],
    ['17.5', false],
    ['17.6', true],
    ['12.22', false],
    ['18.0', true],
    ['19.1', true],
  ])('%s: %s', (text, patched) => expect(isPatched(parsed(text))).toBe(patched));

  it('names what to update to', () => {
    expect(patchedRelease(parsed('16.2'))).toBe('16.10 or newer');
    expect(patchedRelease(parsed('11.1'))).toBe('a release that is still maintained');
  });
});
