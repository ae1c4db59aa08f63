import fc from 'fast-check';
import type { Entity } from '../../src/estate/entity.js';
import { estates } from './randomEstate.js';

/** What a gateway has, and what it is to become. */
export interface Sides {
  before: Entity[];
  after: Entity[];
}

/** Rotates a field's values among the entities of a kind: every one takes what another has. */
function rotated(estate: readonly Entity[], kind: string, field: string): Entity[] {
  const values = estate.filter((entity) => entity.kind === kind).map(({ fields }) => fields[field]);
  const turned = [...values.slice(1), ...values.slice(0, 1)];
  let next = 0;
  return estate.map((entity) =>
    entity.kind === kind ? { kind, fields: { ...entity.fields, [field]: turned[next++] ?? null } } : entity,
  );
}

const rotations: readonly [kind: string, field: string][] = [
  ['services', 'name'],
  ['routes', 'name'],
  ['routes', 'paths'],
  ['routes', 'service'],
  ['consumers', 'username'],
  ['consumers', 'custom_id'],
  ['upstreams', 'name'],
  ['keyauth_credentials', 'key'],
  ['keyauth_credentials', 'consumer'],
  ['targets', 'target'],
  ['snis', 'name'],
  ['plugins', 'name'],
  ['vaults', 'prefix'],
];

/** An estate, and the same with values that went round among entities of a kind. */
export const swapped: fc.Arbitrary<Sides> = fc
  .tuple(estates(), fc.subarray([...rotations]))
  .map(([estate, chosen]) => ({ before: estate, after: chosen.reduce((all, turn) => rotated(all, ...turn), estate) }));

/** Some of one estate and some of another, as a restore of an old snapshot meets it. */
export const mixed: fc.Arbitrary<Sides> = fc
  .tuple(estates(), estates())
  .filter(([before, after]) => !sharesIds(before, after))
  .map(([before, after]) => ({ before, after }));

/** An id that names entities of two kinds: a gateway never makes one twice. */
function sharesIds(before: readonly Entity[], after: readonly Entity[]): boolean {
  const kinds = new Map(before.map(({ kind, fields }) => [fields['id'], kind]));
  return after.some(({ kind, fields }) => (kinds.get(fields['id']) ?? kind) !== kind);
}
