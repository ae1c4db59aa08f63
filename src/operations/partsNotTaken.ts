import type { PlannedPart } from '../core/backupPlan.js';
import type { Gap } from '../core/coverage.js';
import type { GatewayInfo } from '../core/environment.js';
import type { PartKind } from '../core/part.js';
import type { PartFailure } from '../core/snapshot.js';

interface NotTaken {
  part: PartKind;
  /** Whether a gateway has such a part at all. */
  has(gateway: GatewayInfo): boolean;
  /** Every gateway is asked for it: where it is not planned, the gateway said that it has none. */
  isAsked?: true;
  reason: string;
  remedy: string;
}

const inEnterprise = ({ edition }: GatewayInfo): boolean => edition === 'enterprise';
const always = (): boolean => true;

/** Parts that a gateway has though no driver sees them from here: said in every snapshot, so that nobody believes to have them. */
const notTaken: readonly NotTaken[] = [
  {
    part: 'database',
    has: ({ mode, database }) => mode !== 'dbless' && database !== 'off',
    reason: 'The database itself is not dumped: issued OAuth 2.0 tokens and the hashes of passwords live only there.',
    remedy: 'Say under "database" in the environments file where it is: then each backup dumps it.',
  },
  {
    part: 'declarative-file',
    has: ({ mode }) => mode === 'dbless',
    reason: 'The file that the gateway loads at its start is not copied; only what the gateway made of it is held.',
    remedy: 'Name it as "declarativeFile" in the environments file: then each backup copies it.',
  },
  {
    part: 'files',
    has: always,
    reason: 'Files of the machine are not copied: kong.conf, certificates on disk, custom plugins.',
    remedy: 'List them under "files" in the environments file: then each backup copies them.',
  },
  {
    part: 'rbac',
    has: inEnterprise,
    isAsked: true,
    reason: 'Admins, RBAC users, roles and their permissions are not taken.',
    remedy: 'A backup of the gateway itself takes them as the part rbac, with a token that may read them.',
  },
  {
    part: 'licences',
    has: inEnterprise,
    isAsked: true,
    reason: 'Licences are not taken.',
    remedy: 'A backup of the gateway itself takes those that /licenses has. Keep the licence file that Kong sent you.',
  },
  {
    part: 'keyring',
    has: inEnterprise,
    isAsked: true,
    reason: 'The keyring that encrypts fields in the database is not exported.',
    remedy: 'A backup of the gateway itself into a store that encrypts takes it as the part keyring.',
  },
  {
    part: 'portal',
    has: inEnterprise,
    isAsked: true,
    reason: 'Files and accounts of the developer portal are not taken.',
    remedy: 'Install kong-portal-cli and name it under "portal" in the environments file.',
  },
];

/**
 * What this gateway has and a snapshot of it does not hold: failed, not chosen, not to be had from here.
 * @param planned empty where no gateway was asked.
 */
export function partsNotTaken(
  gateway: GatewayInfo,
  planned: readonly PlannedPart[],
  failures: readonly PartFailure[],
): Gap[] {
  const failed = failures.filter(({ workspace }) => workspace === undefined);
  const left = planned.filter(({ selected }) => !selected);
  const known = new Set([...planned, ...failed].map(({ part }) => part));
  const wasAsked = planned.length > 0;
  return [
    ...failed.map(({ part, reason, remedy }): Gap => ({ part, reason, remedy })),
    ...left.map(({ part, availability }): Gap =>
      availability.available
        ? { part, reason: 'It was not chosen.', remedy: 'Choose it in the plan of the next backup.' }
        : { part, reason: availability.reason, remedy: availability.remedy },
    ),
    ...notTaken
      .filter(({ part, has, isAsked = false }) => !known.has(part) && has(gateway) && !(isAsked && wasAsked))
      .map(({ part, reason, remedy }) => ({ part, reason, remedy })),
  ];
}
