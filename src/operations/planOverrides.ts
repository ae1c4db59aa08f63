import type { Environment } from '../core/environment.js';
import { overrideText } from '../core/overrides.js';
import type { Manifest } from '../core/snapshot.js';
import type { Entity } from '../estate/entity.js';
import { applyOverrides } from '../estate/overrides.js';
import type { RestoreWarning } from './planWarnings.js';

export interface OverrideHits {
  /** The override in a few words. */
  override: string;
  /** How many entities of the snapshot it changed. */
  hits: number;
}

export interface AppliedOverrides {
  apply(entities: readonly Entity[], workspace: string): readonly Entity[];
  /** So far. */
  hits(): OverrideHits[];
  /** Whether any made a difference so far. */
  isAny(): boolean;
  warnings(): RestoreWarning[];
}

/** A snapshot that an environment took itself is brought back as it is: overrides are for those of others. */
export function overridesFor(
  { environment: from }: Manifest,
  { id, name, overrides = [] }: Environment,
): AppliedOverrides {
  const given = from.id === id ? [] : overrides;
  const counts = given.map(() => 0);
  const hits = (): OverrideHits[] =>
    given.map((override, index) => ({ override: overrideText(override), hits: counts[index] ?? 0 }));
  return {
    apply(entities, workspace) {
      if (given.length === 0) return entities;
      const overridden = applyOverrides(entities, given, workspace);
      overridden.hits.forEach((count, index) => (counts[index] = (counts[index] ?? 0) + count));
      return overridden.entities;
    },
    hits,
    isAny: () => counts.some((count) => count > 0),
    warnings: () =>
      hits().map(({ override, hits: count }) =>
        count === 0
          ? { code: 'override-idle', message: `The override "${override}" of ${name} fits nothing in the snapshot.` }
          : { code: 'overridden', message: `Overridden for ${name}: ${override} (${count} entities).` },
      ),
  };
}
