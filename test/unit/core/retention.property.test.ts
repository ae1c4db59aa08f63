import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RetentionSection } from '../../../src/core/environmentSections.js';
import { planRetention, type RetentionCandidate } from '../../../src/core/retention.js';

const now = new Date('2026-11-21T12:00:00Z');
const runs = { numRuns: Number(process.env['KONG_BACKUP_RUNS'] ?? 300) };

const candidates: fc.Arbitrary<RetentionCandidate[]> = fc
  .array(
    fc.record({
      environment: fc.constantFrom('e1', 'e2'),
      age: fc.integer({ min: -50, max: 20_000 }),
      pinned: fc.boolean(),
      isGuard: fc.boolean(),
      isForgotten: fc.boolean(),
      label: fc.constantFrom('a', 'b'),
      condition: fc.constantFrom(
        'verified' as const,
        'verified' as const,
        'whole' as const,
        'partial' as const,
        'damaged' as const,
      ),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ age, ...rest }, index) => ({
      ...rest,
      id: `${rest.environment}/${index}`,
      createdAt: new Date(now.getTime() - age * 3_600_000).toISOString(),
    })),
  );

const count = fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined });
const policies: fc.Arbitrary<RetentionSection> = fc
  .record({
    keepLast: count,
    keepHourly: count,
    keepDaily: count,
    keepWeekly: count,
    keepMonthly: count,
    keepYearly: count,
    keepWithin: fc.constantFrom(undefined, '1h', '3d', '4w'),
    keepLabels: fc.constantFrom(undefined, ['a']),
    minimum: count,
  })
  .map((policy) => Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined)))
  .filter((policy) => Object.keys(policy).some((name) => name !== 'minimum'));

const cases = fc.tuple(policies, candidates);

it('never removes what is pinned, to come, last good, damaged or guarding', () => {
  fc.assert(
    fc.property(cases, ([policy, all]) => {
      const gone = new Set(planRetention(policy, all, now).flatMap(({ id, keep }) => (keep ? [] : id)));
      for (const each of all) {
        if (!gone.has(each.id)) continue;
        expect(each.pinned).toBe(false);
        expect(Date.parse(each.createdAt)).toBeLessThanOrEqual(now.getTime());
        if (!each.isForgotten) expect(each.isGuard || each.condition === 'damaged').toBe(false);
        const newerGood = all.some(
          (other) =>
            other.environment === each.environment &&
            other.condition === 'verified' &&
            !other.isGuard &&
            !gone.has(other.id),
        );
        expect(newerGood).toBe(true);
      }
    }),
    runs,
  );
});

it('leaves the minimum of whole and verified ones wherever it removes anything', () => {
  fc.assert(
    fc.property(cases, ([policy, all]) => {
      const decisions = new Map(planRetention(policy, all, now).map((decision) => [decision.id, decision]));
      for (const environment of ['e1', 'e2']) {
        const own = all.filter((each) => each.environment === environment);
        if (own.every(({ id }) => decisions.get(id)?.keep)) continue;
        const proofs = own.filter(
          ({ id, condition, isGuard, isForgotten }) =>
            decisions.get(id)?.keep && condition === 'verified' && !isGuard && !isForgotten,
        );
        expect(proofs.length).toBeGreaterThanOrEqual(policy.minimum ?? 1);
      }
    }),
    runs,
  );
});

it('decides each once, whatever their order, and gives a reason for each that stays', () => {
  const inTwoOrders = cases.chain(([policy, all]) =>
    fc.tuple(fc.constant(policy), fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  );
  fc.assert(
    fc.property(inTwoOrders, ([policy, all, shuffled]) => {
      const decisions = planRetention(policy, all, now);
      expect(planRetention(policy, shuffled, now)).toEqual(decisions);
      expect(decisions.map(({ id }) => id).sort()).toEqual(all.map(({ id }) => id).sort());
      for (const { keep, reasons } of decisions) expect(keep).toBe(reasons.length > 0);
    }),
    runs,
  );
});

it('keeps all the same when it is run again on what it left', () => {
  fc.assert(
    fc.property(cases, ([policy, all]) => {
      const kept = new Set(planRetention(policy, all, now).flatMap(({ id, keep }) => (keep ? id : [])));
      const left = all.filter(({ id }) => kept.has(id));
      for (const { keep } of planRetention(policy, left, now)) expect(keep).toBe(true);
    }),
    runs,
  );
});

it('removes nothing more when a rule is added', () => {
  fc.assert(
    fc.property(cases, policies, ([policy, all], more) => {
      const { minimum: _minimum, ...rules } = more;
      const added = Object.fromEntries(Object.entries(rules).filter(([name]) => !(name in policy)));
      const before = planRetention(policy, all, now).flatMap(({ id, keep }) => (keep ? id : []));
      const after = new Set(
        planRetention({ ...policy, ...added }, all, now).flatMap(({ id, keep }) => (keep ? id : [])),
      );
      const byRule = new Set(
        planRetention(policy, all, now).flatMap(({ id, reasons }) =>
          reasons.some((reason) => reason !== 'minimum') ? id : [],
        ),
      );
      for (const id of before) if (byRule.has(id)) expect(after.has(id)).toBe(true);
    }),
    runs,
  );
});
