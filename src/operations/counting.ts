import type { Counts } from '../core/snapshot.js';

/** A kind of which a file holds another number than the gateway says it has. */
export interface CountDifference {
  kind: string;
  inFile: number;
  inGateway: number;
}

/** @param unread kinds that could not be read: nothing is known of them, so they can't differ. */
export function differingCounts(file: Counts, gateway: Counts, unread: Iterable<string>): CountDifference[] {
  const ignored = new Set(unread);
  const kinds = new Set([...Object.keys(file), ...Object.keys(gateway)]);
  return [...kinds]
    .filter((kind) => !ignored.has(kind))
    .map((kind) => ({ kind, inFile: file[kind] ?? 0, inGateway: gateway[kind] ?? 0 }))
    .filter(({ inFile, inGateway }) => inFile !== inGateway)
    .sort((a, b) => (a.kind < b.kind ? -1 : 1));
}

/** `3 of 5 routes, 0 of 2 vaults` */
export function formatDifferences(differences: readonly CountDifference[]): string {
  return differences.map(({ kind, inFile, inGateway }) => `${inFile} of ${inGateway} ${kind}`).join(', ');
}
