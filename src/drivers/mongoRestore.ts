import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type OperationContext, quietContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import type {
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { commandText, runCommand } from './gatewayCommands.js';
import { chooseTools, type MongoOptions, openMongo, secretKeyWarning } from './mongo.js';
import { type MongoConnection, mongoConnectionOf } from './mongoConnection.js';
import { countMongoFolder, damaged, differentCounts, type MongoFolder, readMongoFolder } from './mongoFolder.js';
import { isIndexFailure, loadArguments, parseRestored, runMongoTool, toolError } from './mongoTools.js';

type Options = MongoOptions & PartRestoreOptions;
type RestoreOptions = Options & { confirm(step: PartStep): Promise<boolean>; from?: string };

/** What a restore knows before it begins. */
interface Survey {
  target: Target;
  connection: MongoConnection;
  folder: MongoFolder;
  /** Version of the tools; undefined: the library loads. */
  tools?: string;
  server: string;
  counts: { target: Counts; snapshot: Counts };
  keep: boolean;
  /** Absolute path of what is written before anything is dropped. */
  undoPlace: string;
}

interface Action {
  step: PartStep;
  run(context: OperationContext, result: PartRestoreResult): Promise<void>;
}

/** Milliseconds for bringing back what was there, when a restore failed or was cancelled. */
const undoLimit = 10 * 60_000;

async function survey(
  target: Target,
  source: PartSource,
  options: Options,
  context: OperationContext,
): Promise<Survey> {
  throwIfCancelled(context.signal, source.manifest.id);
  const folder = await readMongoFolder(source.directory);
  const snapshot = await countMongoFolder(folder, context);
  const [wrong] = differentCounts(source.record.counts, snapshot);
  if (wrong !== undefined) throw damaged(folder.place, `It does not hold what was taken. ${wrong}`);
  const { choices = {}, now = () => new Date() } = options;
  const named = mongoConnectionOf(target);
  const database = typeof choices.database === 'string' ? choices.database : named.database;
  const connection = {
    ...named,
    database,
    authDatabase: named.authDatabase ?? named.database,
    place: `${named.host}:${named.port}/${database}`,
  };
  const tools = await chooseTools(connection, choices.engine ?? options.engine, context);
  const withMongo = await openMongo();
  const { server, found } = await withMongo(connection, context, async ({ serverVersion, counts }) => ({
    server: serverVersion,
    found: await counts(),
  }));
  const time = now().toISOString().replaceAll(/[:.]/g, '-');
  return {
    target,
    connection,
    folder,
    server,
    ...(tools !== undefined && { tools }),
    counts: { target: found, snapshot },
    keep: choices.keep === true,
    undoPlace: path.join(options.undoFolder, `mongodb-${time}`),
  };
}

/** @throws KongBackupError `database-*`, `tool-*`, `environment-invalid`, `cancelled`. */
export async function planDocuments(
  target: Target,
  source: PartSource,
  options: Options,
  context: OperationContext,
): Promise<PartRestorePlan> {
  try {
    const known = await survey(target, source, options, context);
    const steps = actionsOf(known).map(({ step }) => step);
    return { steps, warnings: warningsOf(known, source), counts: known.counts };
  } catch (error) {
    if (!isKongBackupError(error, 'dump-damaged')) throw error;
    return { steps: [], warnings: [], refused: { reason: error.reason, remedy: error.remedy } };
  }
}

function warningsOf({ target, counts, keep, server }: Survey, source: PartSource): SnapshotWarning[] {
  const taken = source.record.details?.server;
  const major = (version: unknown): string => String(version).split('.')[0] ?? '';
  return [
    secretKeyWarning,
    ...(target.environment.mongodb?.stop ? [] : [inUse]),
    ...(keep && total(counts.target) > 0
      ? [
          {
            code: 'documents-duplicates-kept',
            message:
              'Nothing is dropped: a document whose _id is there already stays as it is, and so does what the snapshot does not hold.',
          },
        ]
      : []),
    ...(typeof taken === 'string' && major(taken) !== major(server)
      ? [
          {
            code: 'documents-server-version',
            message: `The dump was taken from version ${taken}, the server is ${server}: indexes and options may be refused.`,
          },
        ]
      : []),
  ];
}

/** The commands of the document, for who has named none. */
const inUse: SnapshotWarning = {
  code: 'documents-in-use',
  message:
    'No command stops what uses the database (mongodb.stop in the environments file): stop it first, and start it afterwards. Docker: "docker-compose stop", then "docker start jiji_mongodb", afterwards "docker-compose start". Heroku: "heroku ps:scale web=0 --app <app>", afterwards "web=1".',
};

const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
const listed = (counts: Counts): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} (${count})`)
    .join(', ');

function actionsOf(known: Survey): Action[] {
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

function commandAction({ target }: Survey, verb: 'stop' | 'start'): Action[] {
  const { mongodb } = target.environment;
  const command = mongodb?.[verb];
  if (!command) return [];
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

function safetyAction({ connection, undoPlace, counts }: Survey): Action {
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

function dropAction({ connection, undoPlace, counts }: Survey): Action {
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

const wayBack = (place: string): string => `What was there is kept in ${place}: mongorestore --drop --dir ${place}`;

function loadAction({ connection, folder, tools, counts }: Survey): Action {
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

const isMissingIndexes = (error: unknown): boolean =>
  isKongBackupError(error, 'restore-incomplete') && error.reason.startsWith('The documents are in');

const indexesMissing = ({ place }: MongoConnection, errors: string[]): KongBackupError =>
  new KongBackupError('restore-incomplete', {
    place,
    reason: `The documents are in; ${errors.length} of the indexes are missing: ${errors.slice(0, 3).join(' ')}`,
    remedy: 'Make the indexes by hand; the documents need not be loaded again.',
  });

function readBackAction({ connection, counts, keep }: Survey): Action {
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

/** Does the steps. When one fails behind the drop, what was there is brought back from the safety dump. */
export async function restoreDocuments(
  target: Target,
  source: PartSource,
  options: RestoreOptions,
  context: OperationContext,
): Promise<PartRestoreResult> {
  const known = await survey(target, source, options, context);
  const actions = actionsOf(known);
  const result: PartRestoreResult = { done: [], verified: false, warnings: warningsOf(known, source) };
  for (const [at, { step, run }] of actions.entries()) {
    context.report({ step: 'apply', subject: step.title, done: at, total: actions.length });
    try {
      throwIfCancelled(context.signal, step.title);
      if (step.destroys !== undefined && !(await options.confirm(step))) {
        await startAgain(known, result);
        return result;
      }
      await run(context, result);
      result.done.push(step.id);
    } catch (error) {
      const isIn = result.done.includes('load') || isMissingIndexes(error);
      const back = isIn ? stays(known, result) : await takeBack(known, result, step.id, context);
      await startAgain(known, result);
      if (!isKongBackupError(error) || error.code === 'cancelled') {
        if (back !== undefined) context.log.warn(back);
        throw error;
      }
      const remedy = [error.remedy, back].filter(Boolean).join(' ');
      return { ...result, verified: false, failed: { step: step.id, reason: error.reason, remedy } };
    }
  }
  if (result.done.includes('drop')) {
    result.warnings.push({ code: 'documents-kept', message: wayBack(known.undoPlace) });
  }
  return result;
}

const stays = ({ undoPlace }: Survey, { done }: PartRestoreResult): string | undefined =>
  done.includes('drop') ? wayBack(undoPlace) : undefined;

/** @returns what became of what was there, in a sentence; undefined when nothing had been touched. */
async function takeBack(
  { connection, undoPlace }: Survey,
  { done }: PartRestoreResult,
  failed: string,
  { log }: OperationContext,
): Promise<string | undefined> {
  if (!done.includes('safety') || (failed !== 'drop' && !done.includes('drop'))) {
    return failed === 'load' ? 'Some documents may be in already: restore again, they are not doubled.' : undefined;
  }
  try {
    const context = { ...quietContext(AbortSignal.timeout(undoLimit)), log };
    const withMongo = await openMongo();
    const folder = await readMongoFolder(undoPlace);
    const { indexErrors } = await withMongo(connection, context, async ({ drop, load }) => {
      await drop();
      return load(folder);
    });
    done.splice(done.indexOf('drop') < 0 ? done.length : done.indexOf('drop'), 1);
    const lacks = indexErrors.length === 0 ? '' : ` Its indexes are not all there: ${indexErrors.join(' ')}`;
    return `What was there before was brought back; it is kept in ${undoPlace} too.${lacks}`;
  } catch (error) {
    return `Bringing back failed too (${error instanceof Error ? error.message : String(error)}). ${wayBack(undoPlace)}`;
  }
}

/** What was stopped runs again, whatever became of the restore. */
async function startAgain({ target }: Survey, { done, warnings }: PartRestoreResult): Promise<void> {
  const command = target.environment.mongodb?.start;
  if (!command || !done.includes('stop') || done.includes('start')) return;
  try {
    await runCommand(target, command, 'mongodb.start', quietContext(AbortSignal.timeout(undoLimit)));
  } catch (error) {
    const message = `Starting again failed: ${error instanceof Error ? error.message : String(error)}`;
    warnings.push({ code: 'documents-not-started', message });
  }
}
