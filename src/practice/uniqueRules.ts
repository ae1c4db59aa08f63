import type { EntityFacts } from '../schema/facts.js';
import type { UniqueRule } from './table.js';

/** What may occur only once, in the order in which Kong's database looks. */
export function uniqueRules(facts: EntityFacts): UniqueRule[] {
  const single = (facts.unique ?? []).map((field) => ({
    fields: [field],
    nullsCount: false,
    acrossWorkspaces: facts.fields[field]?.unique_across_ws === true,
  }));
  const combined = (facts.cache_key ?? []).length > 1 ? facts.cache_key : undefined;
  if (!combined) return single;
  const rule = { fields: combined, nullsCount: true, acrossWorkspaces: false };
  // instance_name came to the plugins table long after its cache key, so it is looked at last.
  const late = single.filter(({ fields }) => fields[0] === 'instance_name');
  return [...single.filter((one) => !late.includes(one)), rule, ...late];
}
