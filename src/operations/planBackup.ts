import type { BackupPlan, PlannedPart } from '../core/backupPlan.js';
import type { OperationContext } from '../core/context.js';
import type { EntityDriver, GatewayProbe } from '../core/driver.js';
import type { Environment, GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError } from '../core/errors.js';
import type { PartDriver, PartProbe } from '../core/partDriver.js';
import { type PartKind, partKinds } from '../core/part.js';
import type { SnapshotStore } from '../core/store.js';
import { type Engine, usableEngines } from './engines.js';
import { findGateway, withoutEntities } from './gatewayAway.js';

export interface PlanBackupParts {
  drivers: readonly EntityDriver[];
  /** Of one part, the one to prefer first. */
  partDrivers: readonly PartDriver[];
  probe: GatewayProbe;
  store: SnapshotStore;
}

/** Why each part is worth taking. */
const reasons: Readonly<Record<PartKind, string>> = {
  entities: 'Can be read, compared and restored entity by entity.',
  database: 'Holds what no declarative file can: hashed passwords, issued tokens, every workspace.',
  'declarative-file': 'What the gateway loads at its start, with hashed passwords as they are.',
  rbac: 'decK leaves roles, users and admins out.',
  licences: 'The gateway does not start its Enterprise features without.',
  credentials: 'What consumers log in with.',
  keyring: 'Without it nobody reads the encrypted fields of the database dump.',
  files: 'kong.conf, certificates and templates are on no Admin API.',
  portal: 'Pages and settings of the developer portal are not entities.',
  documents: 'The MongoDB database beside the gateway.',
};

/** Of `kong config db_export`: a gateway with a database loads no such file. */
const ofExport = 'All entities of the database in one file, with hashed passwords as they are.';

/**
 * Asks the gateway and every driver what there is to take. Nothing is changed. Of a gateway that does not answer, what is there
 * without it can be taken.
 * @throws KongBackupError `gateway-*`, `tool-*`, `cancelled`.
 */
export async function planBackup(
  sources: PlanBackupParts,
  target: Target,
  context: OperationContext,
): Promise<BackupPlan> {
  const { gateway, away } = await findGateway(sources, target, context);
  const parts = await planParts(sources, target, gateway, context);
  return { gateway, parts: away ? withoutEntities(parts, away) : parts };
}

/**
 * Entities first, then the other parts that the environment has. Of several drivers of a part the first one that can take it is meant.
 * @param chosen instead of what the environment says.
 */
export async function planParts(
  { drivers, partDrivers }: Pick<PlanBackupParts, 'drivers' | 'partDrivers'>,
  target: Target,
  gateway: GatewayInfo,
  context: OperationContext,
  chosen: readonly PartKind[] | undefined = target.environment.parts,
): Promise<PlannedPart[]> {
  const probed = await Promise.all(
    partDrivers.map(async (driver) => ({ driver, found: await askDriver(driver, target, gateway, context) })),
  );
  const dumped = probed.some(({ driver, found }) => driver.part === 'database' && isTakeable(found));
  const [engine, second] = await usableEngines(drivers, target, context);
  const others = partKinds.flatMap((part): PlannedPart[] => {
    const having = probed.filter(({ driver, found }) => driver.part === part && found.present);
    const { driver, found } = having.find((candidate) => isTakeable(candidate.found)) ?? having[0] ?? {};
    if (!driver || !found?.present) return [];
    const { availability, counts } = found;
    // A database dump holds all that `kong config db_export` would write.
    const recommended = availability.available && !(part === 'declarative-file' && gateway.mode !== 'dbless' && dumped);
    const wanted = chosen ? chosen.includes(part) : recommended || isDescribed(target.environment, part);
    return [
      {
        part,
        driver: driver.id,
        availability,
        recommended,
        selected: wanted,
        reason: part === 'declarative-file' && gateway.mode !== 'dbless' ? ofExport : reasons[part],
        ...(counts && { counts }),
      },
    ];
  });
  const entities: PlannedPart = {
    part: 'entities',
    driver: engine.driver.id,
    availability: { available: true, version: engine.version },
    recommended: true,
    selected: chosen?.includes('entities') ?? true,
    reason: second ? `${reasons.entities} ${wayOut(engine, second)}` : reasons.entities,
  };
  return [entities, ...others];
}

/** Which of the two it will be shows only once the first has been tried: it may drop what a newer gateway has. */
const wayOut = ({ driver, version }: Engine, second: Engine): string =>
  `A workspace that ${driver.id} ${version} does not take whole is taken by ${second.driver.id}.`;

/** One driver that fails to say what there is doesn't keep the others from being taken. */
async function askDriver(
  driver: PartDriver,
  target: Target,
  gateway: GatewayInfo,
  context: OperationContext,
): Promise<PartProbe> {
  try {
    return await driver.probe(target, gateway, context);
  } catch (error) {
    if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
    context.log.warn(`${driver.id}: ${error.message}`);
    const { reason, remedy } = error;
    return { present: true, availability: { available: false, code: 'tool-failed', reason, remedy } };
  }
}

const isTakeable = (found: PartProbe): boolean => found.present && found.availability.available;

/** Whether somebody wrote down where the part is: then they want it, and a backup without it is partial. */
function isDescribed(environment: Environment, part: PartKind): boolean {
  const sections: Partial<Record<PartKind, unknown>> = {
    database: environment.database,
    'declarative-file': environment.declarativeFile,
    files: environment.files,
    keyring: environment.keyring,
    portal: environment.portal,
    documents: environment.mongodb,
  };
  return sections[part] !== undefined;
}
