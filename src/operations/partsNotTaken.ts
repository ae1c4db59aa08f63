import type { Gap } from '../core/coverage.js';
import type { GatewayInfo } from '../core/environment.js';
import type { PartKind } from '../core/part.js';

interface NotTaken {
  part: PartKind;
  /** Whether a gateway has such a part at all. */
  has(gateway: GatewayInfo): boolean;
  reason: string;
  remedy: string;
}

const inEnterprise = ({ edition }: GatewayInfo): boolean => edition === 'enterprise';
const always = (): boolean => true;

/** Parts that no driver takes yet: said in every snapshot, so that nobody believes to have what is not there. */
const notTaken: readonly NotTaken[] = [
  {
    part: 'database',
    has: ({ mode, database }) => mode !== 'dbless' && database !== 'off',
    reason: 'The database itself is not dumped: issued OAuth 2.0 tokens and the hashes of passwords live only there.',
    remedy: "Dump it with the database's own tool, such as pg_dump.",
  },
  {
    part: 'declarative-file',
    has: ({ mode }) => mode === 'dbless',
    reason: 'The file that the gateway loads at its start is not copied; only what the gateway made of it is held.',
    remedy: 'Keep the declarative file under version control.',
  },
  {
    part: 'files',
    has: always,
    reason: 'Files of the machine are not copied: kong.conf, certificates on disk, custom plugins.',
    remedy: 'Keep them under version control or in your machine backup.',
  },
  {
    part: 'rbac',
    has: inEnterprise,
    reason: 'Admins, RBAC users, roles and their permissions are not taken.',
    remedy: 'Dump roles with deck gateway dump --rbac-resources-only, and note the admins.',
  },
  {
    part: 'licences',
    has: inEnterprise,
    reason: 'Licences are not taken.',
    remedy: 'Keep the licence file that Kong sent you.',
  },
  {
    part: 'keyring',
    has: inEnterprise,
    reason: 'The keyring that encrypts fields in the database is not exported.',
    remedy: 'Export it with POST /keyring/export and keep it apart from the database dump.',
  },
  {
    part: 'portal',
    has: inEnterprise,
    reason: 'Files and accounts of the developer portal are not taken.',
    remedy: 'Fetch them with the portal CLI.',
  },
];

/** What this gateway has and a snapshot of it does not hold. */
export function partsNotTaken(gateway: GatewayInfo): Gap[] {
  return notTaken.filter(({ has }) => has(gateway)).map(({ part, reason, remedy }) => ({ part, reason, remedy }));
}
