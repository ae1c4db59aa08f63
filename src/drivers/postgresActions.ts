import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { PartSource, PartStep } from '../core/partDriver.js';
import type { Counts } from '../core/snapshot.js';
import { commandText, type GatewayVerb, runGatewayCommand } from './gatewayCommands.js';
import { loadArguments, loadTextArguments } from './postgresCommand.js';
import {
  createScratch,
  databaseExists,
  dropDatabase,
  endConnections,
  openDatabase,
  putIn,
  setAside,
  takeOut,
} from './postgresDatabases.js';
import { differences } from './postgresDump.js';
import { countRows, type DatabaseClient } from './postgresFacts.js';
import { lostBySwap, lostInPlace, mayNotSwap } from './postgresPlan.js';
import { inDatabase, mustRun, query } from './postgresSession.js';
import type { Survey } from './postgresSurvey.js';

/** A step of a restore, how it is done, and how it is taken back when a later one fails. */
export interface Action {
  step: PartStep;
  run(context: OperationContext): Promise<void>;
  /** Absent where there is nothing to take back. */
  undo?(context: OperationContext): Promise<void>;
  /** After this step there is no way back by `undo`: the restore is in. */
  isIn?: boolean;
}

/** Steps from which on the gateway is touched: when one of them fails, all of them are taken back. */
export const outageSteps = ['stop', 'disconnect', 'aside', 'swap'] as const;

export interface ActionParts {
  target: Target;
  source: PartSource;
  survey: Survey;
  now: Date;
}

export function actionsOf(parts: ActionParts): Action[] {
  const { survey } = parts;
  if (survey.choices.inPlace) {
    return [
      ...stopAction(parts),
      ...endAction(parts),
      inPlaceAction(parts),
      readBackAction(parts),
      ...startAction(parts),
    ];
  }
  const prepared = [
    ...(survey.choices.scratch === undefined ? [createAction(parts)] : []),
    loadAction(parts),
    compareAction(parts),
  ];
  return mayNotSwap(survey) ? prepared : [...prepared, ...swapActions(parts)];
}

function createAction({ survey, source }: ActionParts): Action {
  const { maintenance, scratch, scratchThere, target, live } = survey;
  const drop = (context: OperationContext): Promise<void> => dropDatabase(maintenance, scratch, context);
  return {
    step: {
      id: 'create',
      title: scratchThere
        ? `Create the database ${scratch} anew: an earlier restore of this snapshot left one.`
        : `Create the database ${scratch}.`,
      command: `CREATE DATABASE ${scratch}`,
      undo: `DROP DATABASE ${scratch}`,
    },
    async run(context) {
      if (scratchThere) await drop(context);
      await createScratch(maintenance, { name: scratch, like: target && live, snapshot: source.manifest.id }, context);
    },
    undo: drop,
  };
}

/** Runs pg_restore, or psql for text, and tells of each table. */
async function load(
  { survey, source }: ActionParts,
  { database, clean }: { database: string; clean: boolean },
  context: OperationContext,
): Promise<void> {
  const { session, place, format } = survey;
  if (format === 'plain') {
    await mustRun(inDatabase(session, database), 'psql', { args: loadTextArguments(place) }, context);
    return;
  }
  const total = Object.keys(source.record.counts).length;
  let done = 0;
  const onErrorLine = (line: string): void => {
    const [, table] = /processing data for table "(.+)"/.exec(line) ?? [];
    if (table !== undefined) context.report({ step: 'apply', subject: table, done: done++, total });
  };
  const args = loadArguments({ place, database, clean, ...rightsLeftOut(survey) });
  await mustRun(session, 'pg_restore', { args }, context, { onErrorLine });
}

const rightsLeftOut = ({ owners, missingGrantees }: Survey): { noOwner: boolean; noPrivileges: boolean } => ({
  noOwner: owners.missing.length + owners.unusable.length > 0,
  noPrivileges: missingGrantees.length > 0,
});

function loadCommand({ format, place, ...survey }: Survey, database: string, clean: boolean): string {
  if (format === 'plain') return ['psql', ...loadTextArguments(place)].join(' ');
  const rights = rightsLeftOut({ format, place, ...survey });
  return ['pg_restore', ...loadArguments({ place, database, clean, ...rights })].join(' ');
}

function loadAction(parts: ActionParts): Action {
  const { survey } = parts;
  const { scratch, session } = survey;
  return {
    step: {
      id: 'load',
      title: `Restore the dump into ${scratch}, in one transaction.`,
      command: loadCommand(survey, scratch, false),
    },
    async run(context) {
      await load(parts, { database: scratch, clean: false }, context);
      await query(inDatabase(session, scratch), 'analyze;', context);
    },
  };
}

function compareAction({ survey, source }: ActionParts): Action {
  const { scratch, session } = survey;
  return {
    step: { id: 'compare', title: `Compare the rows of each table of ${scratch} with the snapshot.` },
    async run(context) {
      const counts = await countRows(inDatabase(session, scratch), schemaOf(source), context);
      mustEqual(source.record.counts, counts, scratch, 'Nothing live was touched. See the log, and try again.');
    },
  };
}

const schemaOf = ({ record }: PartSource): string | undefined =>
  typeof record.details?.schema === 'string' ? record.details.schema : undefined;

function mustEqual(expected: Counts, found: Counts, place: string, remedy: string): void {
  const different = differences(expected, found, 'It');
  if (different.length === 0) return;
  throw new KongBackupError('restore-incomplete', {
    place,
    reason: different.slice(0, 3).join(' '),
    remedy,
  });
}

function stopAction({ target }: ActionParts): Action[] {
  const { stop, start } = target.environment.kong ?? {};
  if (!stop) return [];
  return [
    {
      step: {
        id: 'stop',
        title: 'Stop the gateway.',
        command: commandText(stop),
        destroys: 'Until it is started again it answers no request.',
        undo: start ? `Start it again: ${commandText(start)}` : 'Start it again.',
      },
      run: (context) => runGatewayCommand(target, 'stop', context),
      undo: (context) => runGatewayCommand(target, 'start', context),
    },
  ];
}

/** The gateway has to forget what it remembers of the database. */
function startAction({ target }: ActionParts): Action[] {
  const { stop, start, restart } = target.environment.kong ?? {};
  const verb: GatewayVerb | undefined = stop && start ? 'start' : restart ? 'restart' : undefined;
  const command = verb && target.environment.kong?.[verb];
  if (!verb || !command) return [];
  const title = verb === 'start' ? 'Start the gateway.' : 'Restart the gateway, so that it reads the database anew.';
  return [
    {
      step: { id: verb, title, command: commandText(command) },
      run: (context) => runGatewayCommand(target, verb, context),
    },
  ];
}

const whoIsConnected = (clients: readonly DatabaseClient[]): string => {
  const groups = new Map<string, number>();
  for (const { user, application, address } of clients) {
    const name = `${user}${application === '' ? '' : ` (${application})`} from ${address}`;
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return [...groups].map(([name, count]) => `${count} of ${name}`).join(', ');
};

const ends = (clients: readonly DatabaseClient[]): string =>
  `Ends ${clients.length === 1 ? 'the connection' : `${clients.length} connections`}: ${whoIsConnected(clients)}. What they have not committed is undone.`;

function endAction({ survey }: ActionParts): Action[] {
  const { clients, maintenance, live } = survey;
  if (clients.length === 0) return [];
  return [
    {
      step: { id: 'disconnect', title: `End the connections to ${live}.`, destroys: ends(clients) },
      run: (context) => endConnections(maintenance, { name: live, shut: false }, context),
    },
  ];
}

function inPlaceAction(parts: ActionParts): Action {
  const { survey } = parts;
  const { live } = survey;
  return {
    step: {
      id: 'in-place',
      title: `Restore the dump into ${live}, in one transaction: all or nothing.`,
      command: loadCommand(survey, live, true),
      destroys: lostInPlace(survey),
      undo: 'By a snapshot of what is there now: the safety snapshot, or one that you take first.',
    },
    run: (context) => load(parts, { database: live, clean: true }, context),
    isIn: true,
  };
}

function swapActions(parts: ActionParts): Action[] {
  const { survey, source, now } = parts;
  const { maintenance, live, scratch, old, target } = survey;
  const snapshot = source.manifest.id;
  const aside: Action[] = target
    ? [
        shutAction(parts),
        {
          step: {
            id: 'aside',
            title: `Rename ${live} to ${old}.`,
            command: `ALTER DATABASE ${live} RENAME TO ${old}`,
            destroys: lostBySwap(survey),
            undo: `ALTER DATABASE ${old} RENAME TO ${live}`,
          },
          run: (context) => setAside(maintenance, { live, old, snapshot, now }, context),
          async undo(context) {
            if (await databaseExists(maintenance, live, context)) return;
            await putIn(maintenance, { incoming: old, live, old }, context);
          },
        },
      ]
    : [];
  return [
    ...stopAction(parts),
    ...aside,
    {
      step: {
        id: 'swap',
        title: `Rename ${scratch} to ${live}.`,
        command: `ALTER DATABASE ${scratch} RENAME TO ${live}`,
        undo: `ALTER DATABASE ${live} RENAME TO ${scratch}`,
      },
      async run(context) {
        await endConnections(maintenance, { name: scratch, shut: false }, context);
        await putIn(maintenance, { incoming: scratch, live, old: target && old }, context);
        if (target) await openDatabase(maintenance, old, context);
      },
      async undo(context) {
        if (await databaseExists(maintenance, scratch, context)) return;
        await takeOut(maintenance, { live, incoming: scratch, snapshot }, context);
      },
      isIn: true,
    },
    readBackAction(parts),
    ...startAction(parts),
  ];
}

/** Lets nobody in from here to the swap: a gateway that was not stopped connects again at once. */
function shutAction({ survey }: ActionParts): Action {
  const { clients, maintenance, live } = survey;
  const step: PartStep = {
    id: 'disconnect',
    title: `End the connections to ${live}, and let nobody in until the swap.`,
    command: `ALTER DATABASE ${live} ALLOW_CONNECTIONS false`,
    undo: `ALTER DATABASE ${live} ALLOW_CONNECTIONS true`,
    ...(clients.length > 0 && { destroys: ends(clients) }),
  };
  return {
    step,
    run: (context) => endConnections(maintenance, { name: live, shut: true }, context),
    undo: (context) => openDatabase(maintenance, live, context),
  };
}

function readBackAction({ survey, source }: ActionParts): Action {
  const { live, session, target, old, choices } = survey;
  const back = target && !choices.inPlace ? ` To go back, rename ${old} to ${live}.` : '';
  return {
    step: { id: 'read-back', title: `Count the rows of ${live} and compare them with the snapshot.` },
    async run(context) {
      const counts = await countRows(inDatabase(session, live), schemaOf(source), context);
      mustEqual(source.record.counts, counts, live, `It is live now: see whether something writes to it.${back}`);
    },
  };
}
