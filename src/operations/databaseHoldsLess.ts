import { addCounts, byEntityKind } from '../core/entityCount.js';
import type { Counts, PartRecord, SnapshotWarning } from '../core/snapshot.js';
import { formatDifferences } from './counting.js';

/**
 * A dump that lacks what the gateway shows: the environments file may name another database than the gateway's. Kinds that the
 * database has no table for are not compared.
 */
export function databaseHoldsLess(records: readonly PartRecord[]): SnapshotWarning[] {
  const database = records.find(({ kind }) => kind === 'database');
  if (!database) return [];
  const rows = byEntityKind(database.counts);
  let shown: Counts = {};
  for (const { kind, counts } of records) if (kind === 'entities') shown = addCounts(shown, counts);
  const less = Object.entries(shown).flatMap(([kind, inGateway]) => {
    const inFile = rows[kind] ?? inGateway;
    return inFile < inGateway ? [{ kind, inFile, inGateway }] : [];
  });
  if (less.length === 0) return [];
  const message = `The dump holds less than the gateway shows: ${formatDifferences(less)}. Either the gateway was changed meanwhile, or "database" in the environments file names another database than the gateway's.`;
  return [{ code: 'database-holds-less', message }];
}
