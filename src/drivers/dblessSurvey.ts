import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import type { Command } from '../core/environmentSections.js';
import { throwIfCancelled } from '../core/errors.js';
import { listed } from '../core/listed.js';
import type { PartRestoreOptions, PartSource } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { getConfig } from '../gateway/declarativeConfig.js';
import { createGatewayClient, type GatewayClient } from '../gateway/gatewayClient.js';
import type { SchemaFacts } from '../schema/facts.js';
import { type DblessSource, dblessSource, isRefusal } from './dblessSource.js';
import { isAnswer, type Kong, kongOf } from './kongCommand.js';
import { countsText } from './kongConfigBackup.js';
import { type KongFile, readKongFile } from './kongConfigFile.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { type Looked, parseByKong, probeIfUp, type Refusal } from './kongConfigSurvey.js';
import { restartCommand } from './kongConfigRestart.js';

export type DblessWay = 'file' | 'post';

/** What there is to know before a gateway without a database gets another configuration. */
export interface DblessSurvey {
  target: Target;
  kong: Kong;
  client: GatewayClient;
  source: DblessSource;
  facts: SchemaFacts;
  version: string;
  way: DblessWay;
  /** What the gateway runs; undefined where it does not answer. */
  live?: KongFile;
  /** Of way `file`: path of the file, and what makes the gateway read it. */
  declarativeFile?: string;
  restart?: Command;
}

/** Looks at the file, the program and the gateway. Nothing is changed. @throws KongBackupError `cancelled`, `file-invalid`. */
export async function surveyDbless(
  options: DeclarativeFileOptions,
  target: Target,
  source: PartSource,
  { choices = {} }: PartRestoreOptions,
  context: OperationContext,
): Promise<Looked<DblessSurvey>> {
  const { environment } = target;
  throwIfCancelled(context.signal, environment.name);
  context.report({ step: 'preflight', subject: environment.name });
  const gateway = await probeIfUp(options, target, context);
  const version = gateway?.version ?? source.manifest.gateway.version;
  if ((gateway?.mode ?? environment.mode) !== 'dbless') return refuse(withDatabase);
  const found = await dblessSource(options, source, { convert: choices['convert'] === true, version });
  if (isRefusal(found)) return refuse(found);
  if (found.broken.length > 0 && choices['acceptBroken'] !== true) return refuse(breaking(found.broken, source));

  const kong = kongOf(target);
  const way = wayOf(target, kong, choices['way']);
  if (typeof way !== 'string') return refuse(way);
  if (way === 'post' && !gateway) return refuse(unreachable);
  const facts = await options.shipped.facts(version);
  const client = createGatewayClient(target, { requestTimeout: options.requestTimeout });
  const live = gateway && readKongFile(await getConfig(client, context.signal), 'GET /config', facts);
  const { refused, warnings } = await preflight(options, { target, kong, found, version }, context);
  if (refused) return { refused, warnings };
  const survey: DblessSurvey = {
    target,
    kong,
    client,
    source: found,
    facts,
    version,
    way,
    ...(live && { live }),
    ...(way === 'file' &&
      environment.declarativeFile !== undefined && { declarativeFile: environment.declarativeFile }),
    ...(way === 'file' && { restart: restartCommand(target, kong.command) }),
  };
  return { survey, warnings: [...warnings, ...warningsOf(survey, source)] };
}

const refuse = (refused: Refusal): Looked<DblessSurvey> => ({ refused, warnings: [] });

const withDatabase: Refusal = {
  code: 'gateway-rejected',
  reason: 'The gateway has a database: it takes no declarative file as its configuration.',
  remedy: 'Restore the entities or the database dump; a file by `kong config db_import`.',
};

const unreachable: Refusal = {
  code: 'gateway-unreachable',
  reason: 'The gateway does not answer, so that nothing can be loaded into it.',
  remedy: 'Start it, or bring the configuration back as a file ("way": "file").',
};

/** Nothing breaks by the file that the gateway loads: this is one that was made, of what the gateway showed or of entities. */
function breaking(broken: readonly string[], { manifest, record }: PartSource): Refusal {
  const hasFile = record.kind === 'entities' && manifest.parts.some(({ kind }) => kind === 'declarative-file');
  const why = hasFile
    ? 'Restore the declarative file that the snapshot holds (--part declarative-file).'
    : 'The snapshot does not hold the file that the gateway loads, only what the gateway showed of it: name that file as `declarativeFile` in the environments file, and later snapshots hold it.';
  return {
    code: 'credentials-would-break',
    reason: `Something would not be as it was: ${listed(broken)}`,
    remedy: `${why} To go on all the same: --choose acceptBroken=true, which is --accept-broken-credentials.`,
  };
}

/** Whether somebody said how to have this gateway read its file. */
function mayRestart({ environment: { kong } }: Target): boolean {
  return (kong?.restart ?? kong?.command ?? kong?.copy ?? kong?.conf) !== undefined;
}

function wayOf(target: Target, kong: Kong, asked: string | boolean | undefined): DblessWay | Refusal {
  const { declarativeFile } = target.environment;
  const mayFile = declarativeFile !== undefined && mayRestart(target);
  if (asked === undefined) return mayFile ? 'file' : 'post';
  if (asked === 'post' || (asked === 'file' && mayFile)) return asked;
  if (asked !== 'file') {
    return {
      code: 'environment-invalid',
      reason: `There is no way "${String(asked)}".`,
      remedy: 'Choose "file" or "post".',
    };
  }
  return {
    code: 'environment-invalid',
    reason: `The environment ${kong.place} does not say which file the gateway loads, or how it is restarted.`,
    remedy: 'Name them as `declarativeFile` and `kong.restart` in the environments file, or choose "post".',
  };
}

/** Kong's own judgement where its program is named, and ours of the version that will read it. */
async function preflight(
  options: DeclarativeFileOptions,
  { target, kong, found, version }: { target: Target; kong: Kong; found: DblessSource; version: string },
  context: OperationContext,
): Promise<{ refused?: Refusal; warnings: SnapshotWarning[] }> {
  const { text } = found.file;
  const problems = await options.judge.judge(text, { version });
  if (problems.length > 0) {
    return {
      refused: {
        code: 'file-invalid',
        reason: `Kong ${version} would refuse the file: ${listed(problems, 3)}`,
        remedy: 'Change the gateway back to the version of the snapshot, or correct the file.',
      },
      warnings: [],
    };
  }
  const { kong: section } = target.environment;
  if (section?.command === undefined && section?.conf === undefined) return { warnings: [] };
  try {
    const refused = await parseByKong(options, kong, target, { text, version, database: false }, context);
    return { ...(refused && { refused }), warnings: [] };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const message = `kong config parse could not be asked: ${error.reason} The file was judged here alone.`;
    return { warnings: [{ code: 'not-parsed', message }] };
  }
}

function warningsOf(
  { way, source, version, target, live }: DblessSurvey,
  { manifest, record }: PartSource,
): SnapshotWarning[] {
  const found: SnapshotWarning[] = [];
  const say = (code: string, message: string): void => void found.push({ code, message });
  if (way === 'post') {
    const file = target.environment.declarativeFile;
    say(
      'forgotten-at-restart',
      `What is loaded by POST /config is forgotten when the gateway is restarted, unless ${file ?? 'its declarative file'} is written too.`,
    );
  }
  for (const message of source.broken) say('credentials-break', message);
  if (record.format === 'deck') say('converted', 'The file is made of the entities of the snapshot.');
  if (manifest.gateway.version !== version) {
    say('version-differs', `The snapshot was taken of Kong ${manifest.gateway.version}; the gateway is ${version}.`);
  }
  if (!live) say('gateway-down', 'The gateway does not answer: what it runs now could not be read.');
  return found;
}

/** What is taken away by loading another file. */
export function replaced({ live, source, facts }: DblessSurvey): string {
  const after = countsText(source.file.counts, facts);
  const before = live ? countsText(live.counts, facts) : 'what it runs';
  return `Replaces the whole configuration of the gateway: ${before} by ${after}.`;
}
