import { describe, expect, it } from 'vitest';
import { type MigrationEvent, migrationFormat, migrationOf, type MigrationStep } from '../../../src/core/migration.js';
import { migrationReport } from '../../../src/core/migrationReport.js';
import { takeDownFrom } from '../../../src/operations/migration/steps/takeDown.js';

const signed = { at: '2026-11-21T10:00:00.000Z', by: 'ann@host' };
const created: MigrationEvent = {
  ...signed,
  event: 'created',
  formatVersion: migrationFormat,
  blue: { id: 'b', name: 'blue' },
  green: { id: 'g', name: 'green' },
};
const begun = (step: MigrationStep, run = step as string): MigrationEvent => ({
  ...signed,
  event: 'begun',
  step,
  owner: 'p1',
  run,
});
const ended = (step: MigrationStep, run = step as string): MigrationEvent => ({
  ...signed,
  event: 'ended',
  step,
  run,
  result: 'done',
  summary: 'Fine.',
  figures: {},
  findings: [],
});
const after = (...events: MigrationEvent[]) => {
  const migration = migrationOf('m', [created, ...events]);
  return { migration, statusOf: (step: MigrationStep) => migration.steps.find((each) => each.step === step)?.status };
};
const rolledBack = (exitCode: number): MigrationEvent => ({
  ...signed,
  event: 'rolled-back',
  step: 'canary-5',
  command: 'back',
  exitCode,
  said: '',
});

describe('the events of a migration', () => {
  it('open every split again once the traffic was rolled back, and none when that failed', () => {
    const splits = [begun('canary-1'), ended('canary-1'), begun('canary-5'), ended('canary-5')];
    expect(after(...splits, rolledBack(0)).statusOf('canary-1')).toBe('open');
    expect(after(...splits, rolledBack(1)).statusOf('canary-1')).toBe('done');
    const { migration } = after(...splits, rolledBack(0));
    expect(migrationReport(migration)).toContain(`| Canary 1 % | open, rolled back at ${signed.at} |`);
    expect(migrationReport(after(...splits, rolledBack(0), begun('canary-1')).migration)).toContain(
      '| Canary 1 % | running |',
    );
  });

  it('open the sync again after another dump', () => {
    const { statusOf } = after(
      begun('configuration-sync'),
      ended('configuration-sync'),
      begun('configuration-dump'),
      ended('configuration-dump'),
    );
    expect([statusOf('configuration-dump'), statusOf('configuration-sync')]).toEqual(['done', 'open']);
  });

  it('forget a run that gave way to another, which goes on', () => {
    const { migration, statusOf } = after(begun('observability', 'r1'), begun('observability', 'r2'), {
      ...signed,
      event: 'withdrawn',
      step: 'observability',
      run: 'r2',
    });
    expect(statusOf('observability')).toBe('running');
    expect(migration.steps.find(({ step }) => step === 'observability')?.runs).toHaveLength(1);
  });

  it('tell when blue may be taken down: a day after all traffic moved, however that was done', () => {
    expect(takeDownFrom(after(begun('canary-100')).migration)).toBeUndefined();
    const day = '2026-11-22T10:00:00.000Z';
    expect(takeDownFrom(after(begun('canary-100'), ended('canary-100')).migration)?.toISOString()).toBe(day);
    const leftOut: MigrationEvent = { ...signed, event: 'overridden', step: 'canary-100', reason: 'By DNS.' };
    expect(takeDownFrom(after(leftOut).migration)?.toISOString()).toBe(day);
  });
});
