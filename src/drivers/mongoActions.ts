import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import { isKongBackupError, KongBackupError } from '../core/errors.js';
import type { PartRestoreResult, PartStep } from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { commandText, runCommand } from './gatewayCommands.js';
import type { MongoConnection } from './mongoConnection.js';
import { openMongo } from './mongoEngine.js';
import { countMongoFolder, damaged, differentCounts, readMongoFolder } from './mongoFolder.js';
import { type MongoSurvey, total } from './mongoSurvey.js';
import { isIndexFailure, loadArguments, parseRestored, runMongoTool, toolError } from './mongoTools.js';

export interface MongoAction {
  step: PartStep;
  run(context: OperationContext, result: PartRestoreResult): Promise<void>;
}

const listed = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ');

/** All steps of a restore. It always begins with the first: what an earlier one did is undone by then, or in the way of nothing. */
export function actionsOf(known: MongoSurvey): MongoAction[] {
  const { counts, keep } = known;
  const drops = !keep && Object.keys(counts.target).length > 0;
  return [
    ...commandAction(known, 'stop'),
    ...(drops ? [safetyAction(known), dropAction(known)] : []),
    loadAction(known),
    readBackAction(known),
    ...commandAction(known, 'start'),
  ];
}

/** The commands of the document, for who has named none. */
const stopping = {
  stop: 'Docker: docker-compose stop, then docker start jiji_mongodb. Heroku: heroku ps:scale web=0 --app <app>',
  start: 'Docker: docker-compose start. Heroku: heroku ps:scale web=1 --app <app>',
};

export const startByHand: SnapshotWarning = {
  code: 'documents-start-by-hand',
  message: `Start what uses the database again, no mongodb.start is named. ${stopping.start}`,
};

const byHand: Record<'stop' | 'start', MongoAction> = {
  stop: {
    step: {
      id: 'stop',
      title: 'Stop what uses the database by hand, then say yes: the environments file names no mongodb.stop.',
      command: stopping.stop,
      destroys: 'What uses the database does not answer until it is started again.',
      undo: stopping.start,
    },
    run: () => Promise.resolve(),
  },
  start: {
    step: {
      id: 'start',
      title: 'Start what uses the database by hand: the environments file names no mongodb.start.',
      command: stopping.start,
    },
    run: (_context, { warnings }) => Promise.resolve(void warnings.push(startByHand)),
  },
};

function commandAction({ target }: MongoSurvey, verb: 'stop' | 'start'): MongoAction[] {
  const { mongodb } = target.environment;
  const command = mongodb?.[verb];
  if (!command) return [byHand[verb]];
  const back = mongodb?.[verb === 'stop' ? 'start' : 'stop'];
  return [
    {
      step: {
        id: verb,
        title: verb === 'stop' ? 'Stop what uses the database.' : 'Start what uses the database.',
        command: commandText(command),
        ...(verb === 'stop' && { destroys: 'What uses the database does not answer until it is started again.' }),
        ...(back && { undo: commandText(back) }),
      },
      run: (context) => runCommand(target, command, `mongodb.${verb}`, context),
    },
  ];
}

function safetyAction({ connection, undoPlace, counts }: MongoSurvey): MongoAction {
  return {
    step: {
      id: 'safety',
      title: `Write what ${connection.database} holds now (${total(counts.target)} documents) into ${undoPlace}.`,
      undo: `Delete ${undoPlace}.`,
    },
    async run(context) {
      await mkdir(undoPlace, { recursive: true, mode: 0o700 });
      const withMongo = await openMongo();
      const said = await withMongo(connection, context, ({ dump }) => dump(undoPlace));
      const [wrong] = differentCounts(said, await countMongoFolder(await readMongoFolder(undoPlace), context));
      if (wrong !== undefined) throw damaged(undoPlace, wrong);
    },
  };
}

function dropAction({ connection, undoPlace, counts }: MongoSurvey): MongoAction {
  return {
    step: {
      id: 'drop',
      title: `Drop the collections of ${connection.database}.`,
      destroys: `All documents of ${connection.database} at ${connection.host}:${connection.port}: ${listed(counts.target)}.`,
      undo: wayBack(undoPlace),
    },
    async run(context) {
      const withMongo = await openMongo();
      await withMongo(connection, context, ({ drop }) => drop());
    },
  };
}

export const wayBack = (place: string): string =>
  `What was there is kept in ${place}: mongorestore --drop --dir ${place}`;

function loadAction({ connection, folder, tools, counts }: MongoSurvey): MongoAction {
  const args = loadArguments(folder.database, connection.database, path.dirname(folder.place));
  return {
    step: {
      id: 'load',
      title: `Write ${total(counts.snapshot)} documents into ${connection.database}, a hundred at a time, then the indexes.`,
      ...(tools !== undefined && { command: commandText(['mongorestore', ...args]) }),
    },
    async run(context, result) {
      const loaded = tools === undefined ? await byLibrary() : await byTools();
      if (loaded.duplicates > 0) {
        const message = `${loaded.duplicates} documents were there already and stayed as they were.`;
        result.warnings.push({ code: 'documents-duplicates-kept', message });
      }
      if (loaded.indexErrors.length > 0) throw indexesMissing(connection, loaded.indexErrors);

      async function byLibrary() {
        const withMongo = await openMongo();
        return withMongo(connection, context, ({ load }) => load(folder));
      }
      async function byTools() {
        const { exitCode, stderr } = await runMongoTool(connection, 'mongorestore', args, context);
        const { duplicates, failure, restored } = parseRestored(stderr);
        const isIn = restored !== undefined && restored + duplicates >= total(counts.snapshot);
        if (failure !== undefined && isIn && isIndexFailure(failure)) return { duplicates, indexErrors: [failure] };
        if (failure !== undefined || (exitCode !== 0 && !isIn)) throw toolError('mongorestore', connection, stderr);
        return { duplicates, indexErrors: [] };
      }
    },
  };
}

export const isMissingIndexes = (error: unknown): boolean =>
  isKongBackupError(error, 'restore-incomplete') && error.reason.startsWith('The documents are in');

const indexesMissing = ({ place }: MongoConnection, errors: string[]): KongBackupError =>
  new KongBackupError('restore-incomplete', {
    place,
    reason: `The documents are in; ${errors.length} of the indexes are missing: ${errors.slice(0, 3).join(' ')}`,
    remedy: 'Make the indexes by hand; the documents need not be loaded again.',
  });

function readBackAction({ connection, counts, keep }: MongoSurvey): MongoAction {
  return {
    step: { id: 'read-back', title: 'Count the documents and compare.' },
    async run(context, result) {
      const withMongo = await openMongo();
      const found = await withMongo(connection, context, (session) => session.counts());
      result.counts = found;
      const names = Object.keys(counts.snapshot);
      const lacks = names.filter((name) => (found[name] ?? 0) < (counts.snapshot[name] ?? 0));
      const wrong = keep ? lacks : differentCounts(counts.snapshot, found);
      if (wrong.length > 0) {
        throw new KongBackupError('restore-incomplete', {
          place: connection.place,
          reason: `It does not hold what the snapshot does: ${wrong.slice(0, 3).join(' ')}`,
          remedy: 'See whether something writes into the database, and restore again.',
        });
      }
      // Documents that stayed may differ from those of the snapshot: that all are equal is not known then.
      result.verified = !keep || total(counts.target) === 0;
    },
  };
}
