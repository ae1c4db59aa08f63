import { addCounts, byEntityKind } from '../core/entityCount.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { Manifest } from '../core/snapshot.js';
import type { CredentialWarning } from '../estate/credentialWarnings.js';
import { keepsLogins, pathOf } from '../estate/credentialFidelity.js';
import type { PlannedRestore } from './planRestore.js';

/** @throws KongBackupError `credentials-would-break` when a restore would break logins. */
export function refuseBroken(
  { breaks, snapshot }: Pick<PlannedRestore, 'breaks' | 'snapshot'>,
  { environment }: Target,
): void {
  if (breaks.length === 0) return;
  const named = listed(breaks.map(({ label }) => label));
  throw new KongBackupError('credentials-would-break', {
    place: environment.name,
    reason: `The logins of ${named} would stop working: they are kept as hashes, which the Admin API hashes once more. Nothing was written.`,
    remedy: [
      ...waysThatKeep(snapshot, breaks),
      'Or accept that these logins are set anew after the restore: --accept-broken-credentials.',
    ].join(' '),
  });
}

/** Parts of a snapshot by which logins go on that its entities would break: each a sentence that says how. */
export function waysThatKeep({ id, parts }: Manifest, breaks: readonly Pick<CredentialWarning, 'kind'>[]): string[] {
  const kinds = [...new Set(breaks.map(({ kind }) => kind))];
  if (kinds.length === 0) return [];
  const entities = parts.filter(({ kind }) => kind === 'entities').map(({ counts }) => counts);
  const held = entities.reduce(addCounts, {});
  const ways = parts.flatMap(({ kind, format, details, counts }) => {
    const path = pathOf(kind, format, details);
    const own = byEntityKind(counts);
    // A dump of another gateway's database, say, does not have them.
    if (kinds.some((each) => (own[each] ?? Infinity) < (held[each] ?? 0))) return [];
    if (!path || !kinds.every((each) => keepsLogins(path, each))) return [];
    if (path === 'database-dump') return [`Restore the database dump: restore ${id} --part database.`];
    if (path === 'own-file') return [`Load the gateway's own file: restore ${id} --part declarative-file.`];
    return path === 'db-export-import'
      ? [`Import the declarative file into an empty database: restore ${id} --part declarative-file.`]
      : [];
  });
  return ways.length > 0 ? ways : ['This snapshot holds no part that keeps them: one with a database dump would.'];
}
