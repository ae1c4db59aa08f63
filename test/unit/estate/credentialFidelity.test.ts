import { describe, expect, it } from 'vitest';
import {
  credentialFidelity,
  fidelityNotes,
  keepsLogins,
  pathOf,
  type RestorePath,
} from '../../../src/estate/credentialFidelity.js';

describe('what becomes of logins', () => {
  it("is whole only by a dump of the database, and by the gateway's own file", () => {
    const whole = ['database-dump', 'own-file'];
    for (const path of whole)
      expect(new Set(Object.values(credentialFidelity[path as RestorePath]))).toEqual(new Set(['works']));
    const others = Object.entries(credentialFidelity).filter(([path]) => !whole.includes(path));
    for (const [, row] of others) expect(Object.values(row)).not.toEqual(Array(9).fill('works'));
  });

  it('is that hashed passwords break by every path that writes entities', () => {
    expect(keepsLogins('deck-sync', 'basicauth_credentials')).toBe(false);
    expect(keepsLogins('admin-api-put', 'basicauth_credentials')).toBe(false);
    expect(keepsLogins('db-export-import', 'basicauth_credentials')).toBe(true);
    expect(keepsLogins('deck-sync', 'oauth2_credentials')).toBe(false);
    expect(keepsLogins('deck-sync', 'jwt_secrets')).toBe(true);
  });

  it('is said in sentences, of the variants of a kind too', () => {
    expect(fidelityNotes('deck-sync', 'acls')).toEqual([]);
    expect(fidelityNotes('deck-sync', 'services')).toEqual([]);
    expect(fidelityNotes('deck-sync', 'keyauth_credentials')).toEqual([
      'Those with ttl: One that expires lasts as long again as was left when it was taken.',
    ]);
    expect(fidelityNotes('config-load', 'keyauth_credentials')).toEqual([
      'Those with ttl: Their logins stop working when they are made anew this way.',
    ]);
    expect(fidelityNotes('deck-sync', 'oauth2_tokens')).toEqual(['They are not brought back this way.']);
  });

  it('depends on what the part is', () => {
    expect(pathOf('database')).toBe('database-dump');
    expect(pathOf('declarative-file', 'db_export')).toBe('db-export-import');
    expect(pathOf('declarative-file', 'db_export', { transform: false })).toBe('db-export-import');
    expect(pathOf('declarative-file', 'db_export', { transform: true })).toBe('db-export-rehashed');
    expect(pathOf('declarative-file', 'db_export', {}, false)).toBe('db-export-load');
    expect(pathOf('declarative-file', 'dbless', { source: 'file' })).toBe('own-file');
    expect(pathOf('declarative-file', 'dbless', { source: 'gateway' })).toBe('config-load');
    expect(pathOf('declarative-file', 'dbless')).toBe('config-load');
    expect(pathOf('licences')).toBeUndefined();
  });
});
