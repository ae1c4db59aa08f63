import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { PartStep } from '../core/partDriver.js';
import { runGatewayCommand } from './gatewayCommands.js';
import { derivedName } from './postgresConnection.js';
import {
  databaseExists,
  endConnections,
  type KeptDatabase,
  openDatabase,
  putIn,
  readKeptDatabases,
  setAside,
} from './postgresDatabases.js';
import { maintenanceSession, readDatabaseFacts } from './postgresFacts.js';
import { type PostgresSession, sessionOf } from './postgresSession.js';

export interface UndoRequest {
  /** The database that a restore kept, as `keptDatabases` names it. */
  name: string;
  confirm(step: PartStep): Promise<boolean>;
}

interface Swap {
  maintenance: PostgresSession;
  live: string;
  incoming: string;
  aside: string;
}

/**
 * Takes a restore back: the database that was live before is live again, the restored one is kept under another name.
 * @returns that name; undefined when it was not confirmed.
 * @throws KongBackupError `confirmation-missing` for a database that no restore kept, `database-*`, `tool-*`, `step-failed`.
 */
export async function undoRestore(
  target: Target,
  { name, confirm }: UndoRequest,
  now: Date,
  context: OperationContext,
): Promise<string | undefined> {
  const session = sessionOf(target);
  const { name: live } = await readDatabaseFacts(session, target.environment.database?.schema, context);
  const maintenance = await maintenanceSession(session, live, context);
  const kept = await readKeptDatabases(maintenance, live, context);
  if (!kept.some((each) => each.name === name)) throw notKept(session.place, name, kept);
  const swap: Swap = { maintenance, live, incoming: name, aside: derivedName(live, 'undone', now) };
  const step: PartStep = {
    id: 'undo',
    title: `Rename ${live} to ${swap.aside}, and ${name} to ${live}.`,
    destroys: `Ends all connections to ${live}. What was changed since the restore is no longer live; it is kept in ${swap.aside}.`,
    undo: 'The same again, with the names exchanged.',
  };
  if (!(await confirm(step))) return undefined;
  await runGatewayCommand(target, 'stop', context);
  try {
    await exchange(swap, now, context);
  } finally {
    const calm: OperationContext = { ...quietContext(), log: context.log };
    const { stop, start } = target.environment.kong ?? {};
    await runGatewayCommand(target, stop && start ? 'start' : 'restart', calm);
  }
  return swap.aside;
}

/** Renames both, or neither. */
async function exchange(
  { maintenance, live, incoming, aside }: Swap,
  now: Date,
  context: OperationContext,
): Promise<void> {
  const calm: OperationContext = { ...quietContext(), log: context.log };
  try {
    await endConnections(maintenance, { name: live, shut: true }, context);
    await endConnections(maintenance, { name: incoming, shut: false }, context);
    await setAside(maintenance, { live, old: aside, snapshot: incoming, now }, context);
    await putIn(maintenance, { incoming, live, old: incoming }, context);
  } catch (error) {
    if (!(await databaseExists(maintenance, live, calm))) {
      await putIn(maintenance, { incoming: aside, live, old: aside }, calm);
    }
    await openDatabase(maintenance, live, calm);
    throw error;
  }
  await openDatabase(maintenance, aside, calm);
}

const notKept = (place: string, name: string, kept: readonly KeptDatabase[]): KongBackupError =>
  new KongBackupError('confirmation-missing', {
    place: `${place}: ${name}`,
    reason: 'No restore kept a database of this name here.',
    remedy: `Those that one kept: ${kept.map((each) => each.name).join(', ') || 'none'}.`,
  });
