import type { Counts } from '../core/snapshot.js';
import type { Entity } from './entity.js';

/** How many entities of each kind there are. */
export function countKinds(entities: Iterable<Entity>): Counts {
  const counts: Counts = {};
  for (const { kind } of entities) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
