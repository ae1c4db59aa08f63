import type { PartKind } from './part.js';
import type { Counts, PartRecord } from './snapshot.js';

/** What belongs to the whole gateway: the file of each workspace holds it again. */
export const sharedKinds: ReadonlySet<string> = new Set(['ca_certificates']);

/** Parts that hold the same entities once more, in another form. */
const otherForms: ReadonlySet<PartKind> = new Set(['database', 'declarative-file']);

/**
 * How many entities, pages or rows these parts of a snapshot hold: what several workspaces share counts once, and so does what several
 * parts hold.
 */
export function entityCount(parts: readonly Pick<PartRecord, 'kind' | 'counts'>[]): number {
  const shared = new Map<string, number>();
  const hasEntities = parts.some(({ kind }) => kind === 'entities');
  let own = 0;
  let again = 0;
  for (const { kind: part, counts } of parts) {
    if (otherForms.has(part)) {
      again = Math.max(again, sumOf(counts));
      continue;
    }
    for (const [kind, count] of Object.entries(counts)) {
      if (part === 'entities' && sharedKinds.has(kind)) shared.set(kind, Math.max(shared.get(kind) ?? 0, count));
      else own += count;
    }
  }
  return own + sumOf(Object.fromEntries(shared)) + (hasEntities ? 0 : again);
}

const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Adds the counts of one workspace to those of others: what they share counts once. */
export function addCounts(sum: Counts, more: Counts): Counts {
  const total = { ...sum };
  for (const [kind, count] of Object.entries(more)) {
    const before = total[kind] ?? 0;
    total[kind] = sharedKinds.has(kind) ? Math.max(before, count) : before + count;
  }
  return total;
}

/** Tables of the database are called like the kinds, but for vaults. */
const kindOfTable = (table: string): string => (table === 'sm_vaults' ? 'vaults' : table);

/** Rows by table as entities by kind. */
export function byEntityKind(rows: Counts): Counts {
  const counts: Counts = {};
  for (const [table, count] of Object.entries(rows)) {
    counts[kindOfTable(table)] = (counts[kindOfTable(table)] ?? 0) + count;
  }
  return counts;
}
