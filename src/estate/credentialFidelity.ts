import type { JsonObject } from '../core/json.js';
import type { PartKind } from '../core/part.js';
import type { PartFormat } from '../core/snapshot.js';

/** A way from a gateway into a file and back into a gateway. */
export const restorePaths = [
  'deck-sync',
  'admin-api-put',
  'db-export-import',
  'db-export-rehashed',
  'db-export-load',
  'deck-load',
  'config-load',
  'own-file',
  'database-dump',
] as const;
export type RestorePath = (typeof restorePaths)[number];

/** Kinds of credentials that do not all fare alike. */
export const credentialKinds = [
  'basicauth_credentials',
  'keyauth_credentials',
  'keyauth_credentials with ttl',
  'acls',
  'jwt_secrets',
  'hmacauth_credentials',
  'oauth2_credentials',
  'oauth2_credentials with hash_secret',
  'oauth2_tokens',
] as const;
export type CredentialKind = (typeof credentialKinds)[number];

/**
 * `works`: logins go on. `broken`: they are refused. `lost`: not brought back. `frozen`: it lasts as long again as was left when
 * it was taken. `permanent`: it never expires again. `no-new-tokens`: what was issued goes on, new ones are refused. `refused`:
 * the gateway does not take it.
 */
export type Fidelity = 'works' | 'broken' | 'lost' | 'frozen' | 'permanent' | 'no-new-tokens' | 'refused';

type Row = Readonly<Record<CredentialKind, Fidelity>>;
const row = (basic: Fidelity, expiring: Fidelity, plain: Fidelity, hashed: Fidelity, token: Fidelity): Row => ({
  basicauth_credentials: basic,
  keyauth_credentials: 'works',
  'keyauth_credentials with ttl': expiring,
  acls: 'works',
  jwt_secrets: 'works',
  hmacauth_credentials: 'works',
  oauth2_credentials: plain,
  'oauth2_credentials with hash_secret': hashed,
  oauth2_tokens: token,
});

/** What becomes of logins, by the path they are brought back by: tried with Kong 3.9.3, before and after. */
export const credentialFidelity: Readonly<Record<RestorePath, Row>> = {
  'deck-sync': row('broken', 'frozen', 'works', 'broken', 'lost'),
  'admin-api-put': row('broken', 'refused', 'works', 'broken', 'lost'),
  'db-export-import': row('works', 'permanent', 'works', 'works', 'permanent'),
  /** Without `_transform: false`. */
  'db-export-rehashed': row('broken', 'permanent', 'no-new-tokens', 'broken', 'permanent'),
  'db-export-load': row('works', 'works', 'no-new-tokens', 'no-new-tokens', 'works'),
  'deck-load': row('broken', 'broken', 'no-new-tokens', 'broken', 'lost'),
  'config-load': row('works', 'broken', 'no-new-tokens', 'no-new-tokens', 'broken'),
  'own-file': row('works', 'works', 'works', 'works', 'works'),
  'database-dump': row('works', 'works', 'works', 'works', 'works'),
};

/**
 * The path by which a part of a snapshot goes back to where it came from; undefined where it holds no credentials.
 * @param details as its driver keeps them: what a gateway shows of itself is less than the file that it was started with.
 * @param hasDatabase whether the gateway has one to import into.
 */
export function pathOf(
  part: PartKind,
  format?: PartFormat,
  details: JsonObject = {},
  hasDatabase = true,
): RestorePath | undefined {
  if (part === 'database') return 'database-dump';
  if (part === 'entities') return 'deck-sync';
  if (part !== 'declarative-file') return undefined;
  if (format === 'dbless') return details['source'] === 'file' ? 'own-file' : 'config-load';
  if (details['transform'] === true) return 'db-export-rehashed';
  return hasDatabase ? 'db-export-import' : 'db-export-load';
}

const words: Readonly<Record<Exclude<Fidelity, 'works'>, string>> = {
  broken: 'Their logins stop working when they are made anew this way.',
  lost: 'They are not brought back this way.',
  frozen: 'One that expires lasts as long again as was left when it was taken.',
  permanent: 'One that expires never does so again.',
  'no-new-tokens': 'Brought back this way, they get no new tokens.',
  refused: 'The gateway does not take one that never expires.',
};

const hashedKinds: readonly CredentialKind[] = ['basicauth_credentials', 'oauth2_credentials with hash_secret'];
const rehashed =
  'Their logins stop working when they are made anew this way: they are kept as hashes, which are hashed once more.';

/** What becomes of a kind by a path, each a sentence: empty when all logins go on. @param kind of entities. */
export function fidelityNotes(path: RestorePath, kind: string): string[] {
  return credentialKinds.flatMap((each) => {
    const fidelity = credentialFidelity[path][each];
    if (fidelity === 'works' || (each !== kind && !each.startsWith(`${kind} with `))) return [];
    const some = each === kind ? '' : `Those ${each.slice(kind.length + 1)}: `;
    const why = fidelity === 'broken' && hashedKinds.includes(each) ? rehashed : words[fidelity];
    return [`${some}${why}`];
  });
}

/** Whether every credential of a kind logs in again after it was brought back by a path. */
export const keepsLogins = (path: RestorePath, kind: string): boolean =>
  credentialKinds
    .filter((each) => each === kind || each.startsWith(`${kind} with `))
    .every((each) => ['works', 'permanent', 'frozen'].includes(credentialFidelity[path][each]));
