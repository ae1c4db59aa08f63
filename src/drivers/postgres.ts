import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { PartDriver, PartProbe, PartSource } from '../core/partDriver.js';
import { bootstrapCommand, runCommand } from './gatewayCommands.js';
import { backUpDatabase, tooOld } from './postgresBackup.js';
import { dropKept, type KeptDatabase, readKeptDatabases } from './postgresDatabases.js';
import { countRows, maintenanceSession, readDatabaseFacts } from './postgresFacts.js';
import { planDatabaseRestore, restoreDatabase } from './postgresRestore.js';
import { clientVersion, sessionOf } from './postgresSession.js';
import { checkDump } from './postgresSurvey.js';
import { type UndoRequest, undoRestore } from './postgresUndo.js';

export interface PostgresDriver extends PartDriver {
  /** Databases that restores left behind: what was live before, and what was never swapped in. */
  keptDatabases(target: Target, context: OperationContext): Promise<KeptDatabase[]>;
  /** Drops one of them. @throws KongBackupError `confirmation-missing` for a database that no restore left. */
  dropKept(target: Target, name: string, context: OperationContext): Promise<void>;
  /**
   * Takes a restore back: what `keptDatabases` names is live again, the restored database is kept under another name.
   * @returns that name; undefined when it was not confirmed.
   */
  undo(target: Target, request: UndoRequest, context: OperationContext): Promise<string | undefined>;
  /**
   * Runs `kong migrations bootstrap` on an empty database.
   * @throws KongBackupError `database-not-empty`, `step-failed`, `database-*`, `tool-*`.
   */
  bootstrap(target: Target, context: OperationContext): Promise<void>;
}

export interface PostgresOptions {
  /** The time that names of databases are made of. */
  now?: () => Date;
  /** Folder of the programs for what asks no server and has no environment; PATH when absent. */
  programs?: string;
}

/**
 * The database behind a gateway, by PostgreSQL's own programs.
 *
 * Choices of a restore: `inPlace` (true: into the live database, whose tables are dropped first), `scratch` (name of an empty
 * database to restore into, for a user who may not create one).
 */
export function createPostgresDriver({ now = () => new Date(), programs }: PostgresOptions = {}): PostgresDriver {
  return {
    id: 'postgres',
    part: 'database',
    probe,
    backup: backUpDatabase,
    verify: (source, context) => verify(programs, source, context),
    planRestore: (target, source, options, context) =>
      planDatabaseRestore(target, source, options, options.at ?? now(), context),
    restore: (target, source, options, context) =>
      restoreDatabase(target, source, options, options.at ?? now(), context),
    async keptDatabases(target, context) {
      const live = target.environment.database?.name;
      return readKeptDatabases(await maintenanceSession(sessionOf(target), live, context), live, context);
    },
    async dropKept(target, name, context) {
      const live = target.environment.database?.name;
      await dropKept(await maintenanceSession(sessionOf(target), live, context), { live, name }, context);
    },
    undo: (target, request, context) => undoRestore(target, request, now(), context),
    bootstrap,
  };
}

/** What of the ways to fail is an answer to whether it can be taken. */
const answers: readonly string[] = [
  'tool-missing',
  'tool-too-old',
  'tool-failed',
  'database-unreachable',
  'database-denied',
];

async function probe(target: Target, _gateway: GatewayInfo | undefined, context: OperationContext): Promise<PartProbe> {
  const { database } = target.environment;
  if (!database) return { present: false };
  const session = sessionOf(target);
  try {
    const client = await clientVersion(session, context);
    const facts = await readDatabaseFacts(session, database.schema, context);
    const refused = tooOld(client, facts.server, session.place);
    if (refused) throw refused;
    if (facts.kongSchema === undefined) {
      const reason = `The database ${facts.name} holds no schema_meta${database.schema === undefined ? '' : ` in the schema ${database.schema}`}: it is no database of Kong's.`;
      const remedy = 'Correct name and schema under "database" in the environments file.';
      return { present: true, availability: { available: false, code: 'environment-invalid', reason, remedy } };
    }
    const counts = await countRows(session, facts.kongSchema, context);
    return { present: true, availability: { available: true, version: client.text }, counts };
  } catch (error) {
    if (!isKongBackupError(error) || !answers.includes(error.code)) throw error;
    const { reason, remedy } = error;
    const code = error.code as Extract<Availability, { available: false }>['code'];
    return { present: true, availability: { available: false, code, reason, remedy } };
  }
}

/** No server is asked: the session only says where the programs are. */
async function verify(folder: string | undefined, source: PartSource, context: OperationContext): Promise<string[]> {
  const session = {
    env: { LC_ALL: 'C' },
    secrets: [],
    place: source.manifest.id,
    ...(folder !== undefined && { folder }),
  };
  const { wrong } = await checkDump(session, source, context);
  return wrong;
}

async function bootstrap(target: Target, context: OperationContext): Promise<void> {
  const session = sessionOf(target);
  const facts = await readDatabaseFacts(session, target.environment.database?.schema, context);
  if (facts.kongSchema !== undefined) {
    throw new KongBackupError('database-not-empty', {
      place: session.place,
      reason: `The database ${facts.name} holds Kong's tables already.`,
      remedy: 'Bootstrap is for an empty database: go on without it.',
    });
  }
  await runCommand(target, bootstrapCommand(target.environment.kong), 'kong.command', context);
}
