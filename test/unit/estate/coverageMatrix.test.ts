import { describe, expect, it } from 'vitest';
import type { PlannedPart } from '../../../src/core/backupPlan.js';
import type { Gap } from '../../../src/core/coverage.js';
import type { PartKind } from '../../../src/core/part.js';
import type { Counts, PartFormat, PartRecord } from '../../../src/core/snapshot.js';
import { plannedMatrix, snapshotMatrix } from '../../../src/estate/coverageMatrix.js';
import { someGateway } from '../../helpers/someGateway.js';

const planned = (part: PartKind, more: Partial<PlannedPart> = {}): PlannedPart => ({
  part,
  driver: part,
  availability: { available: true, version: '1' },
  recommended: true,
  selected: true,
  reason: '',
  ...more,
});

const record = (kind: PartKind, format: PartFormat, counts: Counts, workspace?: string): PartRecord => ({
  kind,
  format,
  driver: { id: kind, version: '1' },
  files: [],
  counts,
  ...(workspace !== undefined && { workspace }),
});

const forbidden: Gap = {
  part: 'entities',
  kind: 'consumers',
  workspace: 'default',
  reason: 'The token may not read consumers.',
  remedy: 'Give it the right to.',
};

const rowOf = (matrix: ReturnType<typeof snapshotMatrix>, kind: string) => matrix.rows.find((row) => row.kind === kind);

describe('the coverage of a snapshot', () => {
  it('counts over workspaces, and says which logins the entities alone do not bring back', () => {
    const parts = [
      record('entities', 'deck', { services: 2, basicauth_credentials: 1 }, 'default'),
      record('entities', 'deck', { services: 1 }, 'team'),
    ];
    const matrix = snapshotMatrix({ gateway: someGateway, parts, coverage: { held: [], notHeld: [] } });
    expect(rowOf(matrix, 'services')).toMatchObject({ count: 3, state: 'held', notes: [] });
    expect(rowOf(matrix, 'basicauth_credentials')).toMatchObject({ count: 1, state: 'partly' });
    expect(rowOf(matrix, 'basicauth_credentials')?.notes[0]).toContain('hashed once more');
    expect(matrix.totals).toEqual({ held: 1, partly: 1, 'not-held': 0 });
  });

  it('is whole where a dump of the database holds what the entities do not', () => {
    const parts = [
      record('entities', 'deck', { services: 2, basicauth_credentials: 1 }, 'default'),
      record('database', 'pg_dump', {
        services: 2,
        basicauth_credentials: 1,
        oauth2_tokens: 4,
        sm_vaults: 1,
        locks: 9,
      }),
    ];
    const matrix = snapshotMatrix({ gateway: someGateway, parts, coverage: { held: [], notHeld: [forbidden] } });
    expect(matrix.columns.map(({ part }) => part)).toEqual(['entities', 'database']);
    expect(rowOf(matrix, 'basicauth_credentials')).toMatchObject({ state: 'held', notes: [] });
    expect(rowOf(matrix, 'oauth2_tokens')?.cells.map(({ state }) => state)).toEqual(['not-held', 'held']);
    expect(rowOf(matrix, 'vaults')).toMatchObject({ state: 'held', count: 1 });
    expect(rowOf(matrix, 'locks')).toBeUndefined();
    expect(rowOf(matrix, 'consumers')).toMatchObject({ state: 'not-held' });
    expect(rowOf(matrix, 'consumers')?.notes[0]).toBe(
      'default: The token may not read consumers. Give it the right to.',
    );
  });

  it('is not whole by a database that holds less than the gateway shows', () => {
    const parts = [
      record('entities', 'deck', { services: 11, keys: 1, basicauth_credentials: 3, ca_certificates: 1 }, 'default'),
      record('entities', 'deck', { ca_certificates: 1 }, 'payments'),
      record('database', 'pg_dump', { services: 1, keys: 0, basicauth_credentials: 1, ca_certificates: 1 }),
    ];
    const matrix = snapshotMatrix({ gateway: someGateway, parts, coverage: { held: [], notHeld: [] } });
    expect(rowOf(matrix, 'services')).toMatchObject({ state: 'held', count: 11 });
    const inDatabase = (kind: string) => rowOf(matrix, kind)?.cells[1];
    expect(inDatabase('services')).toMatchObject({ state: 'partly', count: 1, notes: ['Of 11, database holds 1.'] });
    expect(inDatabase('keys')).toMatchObject({ state: 'not-held' });
    expect(rowOf(matrix, 'basicauth_credentials')).toMatchObject({ state: 'partly' });
    expect(rowOf(matrix, 'basicauth_credentials')?.notes).toContain('Of 3, database holds 1.');
    expect(rowOf(matrix, 'basicauth_credentials')?.notes.join(' ')).not.toContain('say under "database"');
    expect(rowOf(matrix, 'ca_certificates')).toMatchObject({ state: 'held', count: 1 });
  });

  it('is whole by the own file of a gateway without a database, and names no database where there is none', () => {
    const dbless = { ...someGateway, mode: 'dbless' as const };
    const entities = record('entities', 'deck', { keyauth_credentials: 1 }, 'default');
    const file = { ...record('declarative-file', 'dbless', { keyauth_credentials: 1 }), details: { source: 'file' } };
    const coverage = { held: [], notHeld: [] };
    const whole = snapshotMatrix({ gateway: dbless, parts: [entities, file], coverage });
    expect(rowOf(whole, 'keyauth_credentials')).toMatchObject({ state: 'held', notes: [] });
    const shown = { ...file, details: { source: 'gateway' } };
    const lacking = rowOf(
      snapshotMatrix({ gateway: dbless, parts: [entities, shown], coverage }),
      'keyauth_credentials',
    );
    expect(lacking?.state).toBe('partly');
    expect(lacking?.notes.join(' ')).not.toMatch(/database/);
  });

  it('names parts that are not in it, and kinds that are there only in part', () => {
    const parts = [record('entities', 'deck', { plugins: 3 }, 'default')];
    const notHeld: Gap[] = [
      {
        part: 'entities',
        kind: 'plugins',
        workspace: 'default',
        partial: true,
        count: 1,
        reason: 'One.',
        remedy: 'Do.',
      },
      { part: 'database', reason: 'Not dumped.', remedy: 'Say where it is.' },
    ];
    const matrix = snapshotMatrix({ gateway: someGateway, parts, coverage: { held: [], notHeld } });
    expect(rowOf(matrix, 'plugins')).toMatchObject({ state: 'partly', count: 3 });
    expect(rowOf(matrix, 'database')).toMatchObject({ state: 'not-held', notes: ['Not dumped. Say where it is.'] });
  });
});

describe('the coverage of a backup that is planned', () => {
  it('names what the token may not read, and parts that can not be taken', () => {
    const unavailable = {
      available: false,
      code: 'tool-missing',
      reason: 'No pg_dump.',
      remedy: 'Install it.',
    } as const;
    const plan = {
      gateway: someGateway,
      parts: [planned('entities'), planned('database', { availability: unavailable })],
    };
    const matrix = plannedMatrix(plan, { counts: { services: 4 }, gaps: [forbidden] });
    expect(matrix.columns.map(({ part }) => part)).toEqual(['entities']);
    expect(rowOf(matrix, 'services')).toMatchObject({ count: 4, state: 'held' });
    expect(rowOf(matrix, 'consumers')).toMatchObject({ state: 'not-held' });
    expect(rowOf(matrix, 'database')?.notes).toEqual(['No pg_dump. Install it.']);
  });
});
