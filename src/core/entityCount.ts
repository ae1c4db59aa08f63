import type { PartRecord } from './snapshot.js';

/** What belongs to the whole gateway: the file of each workspace holds it again. */
export const sharedKinds: ReadonlySet<string> = new Set(['ca_certificates']);

/** How many entities, pages or rows these parts of a snapshot hold: what several workspaces share counts once. */
export function entityCount(parts: readonly Pick<PartRecord, 'kind' | 'counts'>[]): number {
  const shared = new Map<string, number>();
  let own = 0;
  for (const { kind: part, counts } of parts) {
    for (const [kind, count] of Object.entries(counts)) {
      if (part === 'entities' && sharedKinds.has(kind)) shared.set(kind, Math.max(shared.get(kind) ?? 0, count));
      else own += count;
    }
  }
  return [...shared.values()].reduce((sum, count) => sum + count, own);
}
