import { describe, expect, it } from 'vitest';
import type { Counts, PartRecord } from '../../../src/core/snapshot.js';
import { databaseHoldsLess } from '../../../src/operations/databaseHoldsLess.js';

const record = (kind: PartRecord['kind'], counts: Counts): PartRecord => ({
  kind,
  format: 'deck',
  driver: { id: 'test', version: '1' },
  files: [],
  counts,
});

describe('a dump of the database beside the entities', () => {
  it('is warned of where it holds less of a kind, by numbers', () => {
    const entities = [record('entities', { services: 2, routes: 1 }), record('entities', { services: 9 })];
    const [warning] = databaseHoldsLess([...entities, record('database', { services: 1, routes: 1 })]);
    expect(warning).toMatchObject({ code: 'database-holds-less' });
    expect(warning?.message).toContain('1 of 11 services.');
  });

  it('may hold more, lack a table, and call vaults otherwise; what workspaces share counts once', () => {
    const each = record('entities', { ca_certificates: 1, vaults: 1, filter_chains: 1, keyauth_credentials: 1 });
    const database = record('database', { ca_certificates: 1, sm_vaults: 2, vaults: 0, keyauth_credentials: 5 });
    expect(databaseHoldsLess([each, each, database])).toEqual([]);
    expect(databaseHoldsLess([each])).toEqual([]);
  });
});
