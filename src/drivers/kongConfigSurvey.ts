import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type OperationContext, withinStep } from '../core/context.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { type ErrorCode, isKongBackupError, throwIfCancelled } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { PartRestoreOptions, PartSource } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import type { SchemaFacts } from '../schema/facts.js';
import {
  configArguments,
  type DatabaseState,
  databaseState,
  exportDatabase,
  isAnswer,
  type Kong,
  kongOf,
  kongVersion,
  readText,
  withKongFile,
} from './kongCommand.js';
import { kongError } from './kongCommandErrors.js';
import { frailIn, type Import, type KongFile, planImport, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { checkKongFile } from './kongConfigSource.js';

export interface Refusal {
  code: ErrorCode;
  reason: string;
  remedy: string;
}

/** What there is to know before `db_import`: the file, the database, and what would become of it. */
export interface ImportSurvey {
  kong: Kong;
  target: Target;
  source: PartSource;
  file: KongFile;
  facts: SchemaFacts;
  state: DatabaseState;
  /** Undefined where the database is empty. */
  live?: KongFile;
  plan: Import;
  /** Undefined where the gateway does not answer. */
  gateway?: GatewayInfo;
}

/** What a look at the target came to: what a restore goes by, or why there is none. */
export interface Looked<Survey> {
  survey?: Survey;
  refused?: Refusal;
  warnings: SnapshotWarning[];
}

const nothing: KongFile = {
  text: '',
  transform: false,
  entities: [],
  counts: {},
  unknownKinds: [],
  problems: [],
  labelOf: () => undefined,
};

/** Looks at the file, the program and the database. Nothing is changed. @throws KongBackupError `tool-*`, `database-*`, `cancelled`. */
export async function surveyImport(
  options: DeclarativeFileOptions,
  target: Target,
  source: PartSource,
  { choices = {} }: PartRestoreOptions,
  context: OperationContext,
): Promise<Looked<ImportSurvey>> {
  throwIfCancelled(context.signal, target.environment.name);
  context.report({ step: 'preflight', subject: target.environment.name });
  const checked = await checkKongFile(options, source);
  const { file } = checked;
  if (!file || checked.problems.length > 0) return refuse(damagedFile(source, checked.problems));
  const ofFile = refusalOfFile(source, file, choices);
  if (ofFile) return refuse(ofFile);

  const kong = kongOf(target);
  const gateway = await probeIfUp(options, target, context);
  if (gateway?.mode === 'dbless') return refuse(withoutDatabase);
  try {
    const version = await kongVersion(kong, context);
    const state = await databaseState(kong, target, context);
    const ofState = refusalOfState[state];
    if (ofState) return refuse(ofState);
    const facts = await options.shipped.facts(version);
    const parsed = await parseByKong(options, kong, target, { text: file.text, version, database: true }, context);
    if (parsed) return refuse(parsed);
    const live = state === 'empty' ? undefined : await exportOf(kong, target, facts, context);
    const plan = planImport(file, live ?? nothing, facts);
    if (plan.collisions.length > 0) return refuse(colliding(plan));
    const survey = {
      kong,
      target,
      source,
      file,
      facts,
      state,
      plan,
      ...(live && { live }),
      ...(gateway && { gateway }),
    };
    return { survey, warnings: warningsOf(survey, version) };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    return refuse({ code: error.code, reason: error.reason, remedy: error.remedy });
  }
}

/** A gateway that is down is none: kong itself needs none. @throws KongBackupError for one that is there and can't be asked. */
export function probeIfUp(
  { probe }: DeclarativeFileOptions,
  target: Target,
  context: OperationContext,
): Promise<GatewayInfo | undefined> {
  return probe.probe(target, context).catch((error: unknown) => {
    if (isKongBackupError(error) && ['gateway-unreachable', 'gateway-busy', 'gateway-timeout'].includes(error.code)) {
      return undefined;
    }
    throw error;
  });
}

const refuse = (refused: Refusal): Looked<ImportSurvey> => ({ refused, warnings: [] });

const damagedFile = ({ manifest }: PartSource, problems: readonly string[]): Refusal => ({
  code: 'dump-damaged',
  reason: `The file of ${manifest.id} can't be restored: ${listed(problems, 3)}`,
  remedy: 'Choose another snapshot, or another part of this one.',
});

const withoutDatabase: Refusal = {
  code: 'gateway-read-only-mode',
  reason: 'The gateway has no database, and kong config db_import only works with one.',
  remedy: 'Load the file with POST /config, or restore into a gateway with a database.',
};

function refusalOfFile(
  { record }: PartSource,
  file: KongFile,
  choices: NonNullable<PartRestoreOptions['choices']>,
): Refusal | undefined {
  const named = record.details?.['workspaces'];
  const workspaces = Array.isArray(named) ? named.map(String) : [];
  if (workspaces.length > 1 && choices['mergeWorkspaces'] !== true) {
    return {
      code: 'confirmation-missing',
      reason: `The file holds the entities of ${workspaces.join(', ')}, and kong config db_import would put all of them into default.`,
      remedy:
        'Restore the database dump or the entities instead; or choose "mergeWorkspaces" if that is what you want.',
    };
  }
  const { rehashed } = frailIn(file);
  if (rehashed.length === 0) return undefined;
  return {
    code: 'credentials-would-break',
    reason: `The file does not say \`_transform: false\`: the passwords of ${listed(rehashed)} would be hashed once more, and stop working.`,
    remedy: 'Restore the database dump instead.',
  };
}

const refusalOfState: Readonly<Record<DatabaseState, Refusal | undefined>> = {
  ready: undefined,
  empty: undefined,
  'half-migrated': {
    code: 'step-failed',
    reason: 'Migrations of the database are half done.',
    remedy: 'Finish them with `kong migrations finish`, then try again.',
  },
  older: {
    code: 'step-failed',
    reason: 'The database is of an older version than this kong.',
    remedy:
      'Change kong back to the version of the snapshot, or run `kong migrations up` and `kong migrations finish` first.',
  },
};

/**
 * Kong's own judgement of a file, at the lines that it is about. @returns undefined when it is taken.
 * @throws KongBackupError `tool-*`, `database-*`, `environment-invalid`, `cancelled`.
 */
export async function parseByKong(
  { judge }: DeclarativeFileOptions,
  kong: Kong,
  target: Target,
  { text, version, database }: { text: string; version: string; database: boolean },
  context: OperationContext,
): Promise<Refusal | undefined> {
  const output = await withKongFile(
    kong,
    text,
    (there) => kong.run(configArguments(target, ['parse', there]), context),
    context,
  );
  if (output.exitCode === 0) return undefined;
  const by = 'kong config parse';
  const said = { by, text: `${output.stderr}\n${output.stdout}` };
  const places = await judge.locate(text, said, { version, database });
  if (places.length === 0) throw kongError(output, kong.place, by);
  return {
    code: 'file-invalid',
    reason: `kong config parse refuses the file: ${listed(places, 3)}`,
    remedy: 'Change the gateway back to the version of the snapshot, or install the plugins that the file uses.',
  };
}

/** What the database holds, read the way it is written. @throws KongBackupError `tool-*`, `database-*`, `file-invalid`, `cancelled`. */
export async function exportOf(
  kong: Kong,
  target: Target,
  facts: SchemaFacts,
  context: OperationContext,
): Promise<KongFile> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'kong-backup-'));
  try {
    const here = path.join(folder, 'live.yaml');
    await exportDatabase(kong, target, here, withinStep(context, 'read'));
    return readKongFile(await readText(here), `kong config db_export of ${kong.place}`, facts);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const colliding = ({ collisions }: Import): Refusal => ({
  code: 'database-not-empty',
  reason: `Other entities of the same name stand in the way, and kong config db_import would stop half-way: ${listed(collisions)}`,
  remedy:
    'Restore the entities instead, which keeps the ids of the gateway; or restore into an empty database; or delete these first.',
});

function warningsOf({ file, plan, source, gateway }: ImportSurvey, version: string): SnapshotWarning[] {
  const { expiring, tokens } = frailIn(file);
  const found: SnapshotWarning[] = [
    {
      code: 'import-not-atomic',
      message:
        'kong config db_import is not one transaction: when it fails, what it did up to there stays. What it creates is listed in a file before.',
    },
  ];
  const say = (code: string, message: string): void => void found.push({ code, message });
  if (plan.left.length > 0) {
    say(
      'nothing-deleted',
      `kong config db_import deletes nothing: ${plan.left.length} entities that the snapshot does not hold stay.`,
    );
  }
  if (expiring.length > 0) say('expiry-lost', `These keys will never expire again: ${listed(expiring)}.`);
  if (tokens.length > 0) say('expiry-lost', `${tokens.length} issued oauth2 tokens will never expire again.`);
  const was = source.manifest.gateway.version;
  if (was !== version) say('version-differs', `The snapshot was taken of Kong ${was}; this kong is ${version}.`);
  if (gateway && gateway.workspaces.length > 1) {
    say('workspaces-merged', 'All that is created comes into the workspace default.');
  }
  if (!gateway) say('gateway-down', 'The Admin API does not answer: nobody waits for the gateway after the import.');
  return found;
}
