import { describe, expect, it } from 'vitest';
import type { RetentionSection } from '../../../src/core/environmentSections.js';
import { isoWeek, nothingButForgotten, planRetention, type RetentionCandidate } from '../../../src/core/retention.js';

const now = new Date('2026-11-21T12:00:00Z');

const taken = (createdAt: string, more: Partial<RetentionCandidate> = {}): RetentionCandidate => ({
  id: `prod/${createdAt}`,
  environment: 'e1',
  createdAt: createdAt.length === 10 ? `${createdAt}T06:00:00.000Z` : createdAt,
  condition: 'verified',
  ...more,
});

/** `time` → reasons, of those that stay. */
function kept(policy: RetentionSection, snapshots: RetentionCandidate[], at = now): Record<string, string> {
  const decisions = planRetention(policy, snapshots, at);
  return Object.fromEntries(
    decisions.filter(({ keep }) => keep).map(({ id, reasons }) => [id.slice(id.indexOf('/') + 1), reasons.join(' ')]),
  );
}

const days = ['2026-11-21', '2026-11-20', '2026-11-19', '2026-11-18'].map((day) => taken(day));

describe('rules', () => {
  it('keeps the last ones, and says why', () => {
    expect(kept({ keepLast: 2 }, days)).toEqual({ '2026-11-21': 'last last-good', '2026-11-20': 'last' });
  });

  it('keeps the newest of each day, and the oldest of all while places are left', () => {
    const twice = [
      taken('2026-11-21T08:00:00.000Z'),
      taken('2026-11-21T07:00:00.000Z'),
      taken('2026-11-20T23:59:59.999Z'),
      taken('2026-11-20T00:00:00.000Z'),
    ];
    expect(kept({ keepDaily: 2 }, twice)).toEqual({
      '2026-11-21T08:00:00.000Z': 'daily last-good',
      '2026-11-20T23:59:59.999Z': 'daily',
    });
    expect(Object.keys(kept({ keepDaily: 3 }, twice))).toContain('2026-11-20T00:00:00.000Z');
  });

  it('knows hours, months and years by UTC, also where the clocks of a country change', () => {
    const hours = ['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z', '2026-10-25T01:45:00.000Z'].map((time) =>
      taken(time),
    );
    expect(Object.keys(kept({ keepHourly: 2 }, hours))).toEqual([
      '2026-10-25T01:45:00.000Z',
      '2026-10-25T00:30:00.000Z',
    ]);
    const years = ['2026-01-01', '2025-12-31', '2025-01-01', '2024-06-01'].map((day) => taken(day));
    expect(kept({ keepYearly: 2 }, years)).toEqual({ '2026-01-01': 'yearly last-good', '2025-12-31': 'yearly' });
    expect(Object.keys(kept({ keepMonthly: 3 }, years))).toEqual(['2026-01-01', '2025-12-31', '2025-01-01']);
  });

  it.each([
    ['2026-11-21T00:00:00Z', '2026-W47'],
    ['2024-12-30T00:00:00Z', '2025-W01'],
    ['2027-01-01T00:00:00Z', '2026-W53'],
    ['2027-01-03T23:59:59.999Z', '2026-W53'],
    ['2027-01-04T00:00:00Z', '2027-W01'],
    ['2023-01-01T00:00:00Z', '2022-W52'],
  ])('gives %s the week %s', (time, week) => {
    expect(isoWeek(new Date(time))).toBe(week);
  });

  it('keeps a span before the newest one, not before today', () => {
    const old = ['2025-01-10', '2025-01-09', '2025-01-01'].map((day) => taken(day));
    expect(kept({ keepWithin: '2d' }, old)).toEqual({ '2025-01-10': 'within last-good', '2025-01-09': 'within' });
  });

  it('keeps by label', () => {
    const labelled = [...days.slice(0, 2), taken('2026-11-01', { label: 'before the upgrade' })];
    expect(kept({ keepLabels: ['before the upgrade'] }, labelled)).toEqual({
      '2026-11-21': 'last-good',
      '2026-11-01': 'label',
    });
  });

  it('looks at each environment by itself, by its id', () => {
    const two = [...days, taken('2025-05-05', { environment: 'e2', id: 'prod-old-name/2025-05-05' })];
    expect(Object.keys(kept({ keepLast: 1 }, two))).toEqual(['2026-11-21', '2025-05-05']);
  });
});

describe('what no policy removes', () => {
  it('keeps what is pinned, a safety snapshot, a damaged one, and what is dated in the future', () => {
    const special = [
      taken('2026-11-22', { condition: 'whole' }),
      ...days.slice(0, 2),
      taken('2026-11-10', { pinned: true }),
      taken('2026-11-09', { isGuard: true }),
      taken('2026-11-08', { condition: 'damaged' }),
      taken('2026-11-07'),
    ];
    expect(kept({ keepLast: 1 }, special)).toEqual({
      '2026-11-22': 'future',
      '2026-11-21': 'last last-good',
      '2026-11-10': 'pinned',
      '2026-11-09': 'safety',
      '2026-11-08': 'damaged',
    });
  });

  it('keeps what has a date that nobody can read', () => {
    expect(kept({ keepLast: 1 }, [...days, taken('yesterday')])).toMatchObject({ yesterday: 'future' });
  });

  it('removes nothing by a clock that was set back', () => {
    expect(Object.keys(kept({ keepLast: 1 }, days, new Date('2020-01-01T00:00:00Z')))).toHaveLength(days.length);
  });

  it('keeps the last good one where newer ones are damaged or lack something', () => {
    const doubtful = [
      taken('2026-11-21', { condition: 'damaged' }),
      taken('2026-11-20', { condition: 'partial' }),
      taken('2026-11-19'),
      taken('2026-11-18'),
    ];
    expect(kept({ keepLast: 1 }, doubtful)).toEqual({
      '2026-11-21': 'damaged',
      '2026-11-20': 'last',
      '2026-11-19': 'last-good',
    });
  });

  it('holds the minimum with verified ones only', () => {
    const some = [
      taken('2026-11-21', { condition: 'whole' }),
      taken('2026-11-20'),
      taken('2026-11-19', { condition: 'partial' }),
      taken('2026-11-18'),
      taken('2026-11-17'),
    ];
    expect(kept({ keepLast: 1, minimum: 2 }, some)).toEqual({
      '2026-11-21': 'last',
      '2026-11-20': 'last-good',
      '2026-11-18': 'minimum',
    });
  });

  it('removes nothing where too few are verified, not even what was forgotten', () => {
    const few = [taken('2026-11-21'), taken('2026-11-20', { isForgotten: true }), taken('2026-11-19')];
    expect(Object.values(kept({ keepLast: 1, minimum: 3 }, few))).toEqual(['last last-good', 'minimum', 'minimum']);
  });

  it('keeps the only good one although a person let it go', () => {
    expect(kept(nothingButForgotten(), [taken('2026-11-21', { isForgotten: true })])).toEqual({
      '2026-11-21': 'minimum',
    });
  });

  it('lets a safety snapshot go that a person let go, and counts no forgotten one', () => {
    const some = [
      taken('2026-11-21', { isForgotten: true }),
      taken('2026-11-20'),
      taken('2026-11-19', { isGuard: true, isForgotten: true }),
    ];
    expect(kept({ keepLast: 1 }, some)).toEqual({ '2026-11-20': 'last last-good' });
  });
});

describe('a policy that says nothing', () => {
  it.each([
    [{}, 'has no keep rule'],
    [{ minimum: 3, grace: '7d' }, 'has no keep rule'],
    [{ keepLabels: [] }, 'has no keep rule'],
    [{ keepLast: 0 }, 'keepLast is 0'],
    [{ keepDaily: 1.5 }, 'keepDaily is 1.5'],
    [{ keepWithin: 'a while' }, 'keepWithin'],
    [{ keepLast: 1, grace: '-1d' }, 'grace'],
    [{ keepLast: 1, minimum: 0 }, 'minimum is 0'],
  ] satisfies [RetentionSection, string][])('refuses %j', (policy, reason) => {
    expect(() => planRetention(policy, days, now)).toThrow(
      expect.objectContaining({ code: 'retention-invalid', reason: expect.stringContaining(reason) as string }),
    );
  });
});

describe('a rule that fits nothing', () => {
  it('is refused: a misspelt label would let everything go', () => {
    const labelled = [taken('2026-11-21', { label: 'release' }), taken('2026-11-20')];
    expect(kept({ keepLabels: ['release'] }, labelled)).toHaveProperty('2026-11-21');
    expect(() => kept({ keepLabels: ['relaese'] }, labelled)).toThrow('is a label misspelt?');
  });
});
