import type { ErrorCode } from '../core/errors.js';
import type { PartSource } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { isObject } from '../core/json.js';
import type { KongSection } from '../core/environmentSections.js';
import { otherTables } from './postgresFacts.js';
import type { Survey } from './postgresSurvey.js';
import { isPatched, patchedRelease } from './postgresVersion.js';

export interface Refusal {
  code: ErrorCode;
  reason: string;
  remedy: string;
}

/** Whether the dump can only be restored beside the live database, which then can't be swapped for it. */
export function mayNotSwap({ server, target, choices }: Survey): boolean {
  return choices.scratch !== undefined && !(server.mayCreate && (target?.owns ?? true));
}

type Rule = (survey: Survey) => Refusal | undefined;

const scratchHint =
  'or have an administrator make an empty database and name it as "scratch"; or choose "inPlace", which drops the tables of the live database first.';

/** Why a restore can't be done, the first that holds. */
const rules: readonly Rule[] = [
  ({ server, live }) =>
    server.readOnly
      ? {
          code: 'database-denied',
          reason: `The server of ${live} is a replica: it can be read, not written.`,
          remedy: 'Name the primary server as database.host.',
        }
      : undefined,
  ({ format, dump }) =>
    format === 'plain' && dump.psqlCommands.length > 0
      ? {
          code: 'dump-damaged',
          reason: `The dump holds commands to psql, which could run programs here: ${dump.psqlCommands.slice(0, 3).join('; ')}.`,
          remedy: 'Take a dump in another format, or look through its text and restore it by hand.',
        }
      : undefined,
  ({ format, dump, client }) =>
    format === 'plain' && dump.restricted && !isPatched(client)
      ? {
          code: 'tool-too-old',
          reason: `psql ${client.text} does not know \\restrict, with which the dump begins.`,
          remedy: `Update PostgreSQL's client programs to ${patchedRelease(client)}.`,
        }
      : undefined,
  ({ format, choices }) =>
    format === 'plain' && choices.inPlace
      ? {
          code: 'database-not-empty',
          reason: 'A dump in text format drops nothing, so that it can not be restored into the live database.',
          remedy: 'Leave "inPlace" out: the dump is then restored into a database of its own, which is swapped in.',
        }
      : undefined,
  ({ format, owners, missingGrantees }) => {
    const missing = [...new Set([...owners.missing, ...owners.unusable, ...missingGrantees])];
    return format === 'plain' && missing.length > 0
      ? {
          code: 'database-denied',
          reason: `The text of the dump names roles that the server does not have, or that are not yours to use: ${missing.join(', ')}.`,
          remedy: 'Create them, or restore as a superuser; other formats of a dump can be restored without.',
        }
      : undefined;
  },
  ({ missingExtensions }) =>
    missingExtensions.length > 0
      ? {
          code: 'database-denied',
          reason: `The server can't create extensions that the dump needs: ${missingExtensions.join(', ')}.`,
          remedy: "Install them on the server's machine.",
        }
      : undefined,
  ({ choices, source, server }) =>
    choices.inPlace && source && source.major > server.server.major
      ? {
          code: 'database-denied',
          reason: `The dump is of PostgreSQL ${source.text}, the server is ${server.server.text}, which is older.`,
          remedy: 'Leave "inPlace" out: then it is tried in a database of its own, and nothing is lost when it fails.',
        }
      : undefined,
  ({ choices, target, live }) =>
    choices.inPlace && !target
      ? {
          code: 'database-unreachable',
          reason: `There is no database ${live} to restore into.`,
          remedy: 'Leave "inPlace" out: then the database is created.',
        }
      : undefined,
  ({ choices, scratchThere, scratch }) =>
    choices.scratch !== undefined && !scratchThere
      ? {
          code: 'database-unreachable',
          reason: `There is no database ${scratch} to restore into.`,
          remedy: `Have it made, empty, or leave "scratch" out: then a database is made for it.`,
        }
      : undefined,
  ({ choices, scratchCounts, scratch }) =>
    choices.scratch !== undefined && Object.keys(scratchCounts).length > 0
      ? {
          code: 'database-not-empty',
          reason: `The database ${scratch} is not empty: it has ${Object.keys(scratchCounts).slice(0, 5).join(', ')}.`,
          remedy: 'Name an empty database, or leave "scratch" out: then one is made.',
        }
      : undefined,
  ({ choices, server }) =>
    !choices.inPlace && choices.scratch === undefined && !server.mayCreate
      ? {
          code: 'database-denied',
          reason: `The user ${server.user} may not create databases, which the safe way needs.`,
          remedy: `Have an administrator run: ALTER ROLE "${server.user}" CREATEDB; ${scratchHint}`,
        }
      : undefined,
  ({ choices, server, target, live }) =>
    !choices.inPlace && choices.scratch === undefined && target?.owns === false
      ? {
          code: 'database-denied',
          reason: `The user ${server.user} is not the owner of ${live}, which is ${target.owner}, and may not rename it.`,
          remedy: `Use ${target.owner}; ${scratchHint}`,
        }
      : undefined,
];

/** @param options.resuming a scratch database of an earlier run is expected to hold the dump. */
export function refusalOf(survey: Survey, { resuming }: { resuming: boolean }): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(survey);
    if (refusal && !(resuming && refusal.code === 'database-not-empty' && !survey.choices.inPlace)) return refusal;
  }
  return undefined;
}

/** What somebody should know before they say yes. */
export function warningsOf(survey: Survey, source: PartSource, kong: KongSection | undefined): SnapshotWarning[] {
  const { server, source: from, owners, missingGrantees, format, client, live, scratch, target, targetCounts } = survey;
  const found: SnapshotWarning[] = [];
  const say = (code: string, message: string): void => void found.push({ code, message });
  if (from && from.major > server.server.major) {
    say(
      'postgres-server-older',
      `The dump is of PostgreSQL ${from.text}, the server is ${server.server.text}: it may not take it. That shows before anything live is touched.`,
    );
  }
  if (from && from.major < server.server.major) {
    say('postgres-server-newer', `The dump is of PostgreSQL ${from.text}, the server is ${server.server.text}.`);
  }
  const strangers = [...owners.missing, ...owners.unusable];
  if (format !== 'plain' && strangers.length > 0) {
    say(
      'database-roles-missing',
      `Everything will belong to ${server.user}: ${strangers.join(', ')} can't be used here.`,
    );
  }
  if (format !== 'plain' && missingGrantees.length > 0) {
    say(
      'database-rights-missing',
      `Rights of roles are left out, for the server has no ${missingGrantees.join(', ')}.`,
    );
  }
  if (!isPatched(client)) {
    say(
      'postgres-client-unpatched',
      `PostgreSQL's client programs ${client.text} have known holes (CVE-2025-8714, CVE-2025-8715): update to ${patchedRelease(client)}.`,
    );
  }
  if (mayNotSwap(survey)) {
    say(
      'database-not-swapped',
      `${server.user} may not rename databases: when it is restored, set pg_database = ${scratch} in kong.conf and restart Kong.`,
    );
  }
  if (target && target.kongSchema === undefined && Object.keys(targetCounts).length > 0) {
    say('database-not-kong', `The database ${live} holds tables, but none of Kong's: is it the right one?`);
  }
  found.push(...migrationWarnings(survey, source));
  if (!mayNotSwap(survey) && kong?.restart === undefined && (kong?.stop === undefined || kong.start === undefined)) {
    say(
      'kong-restart-needed',
      'Restart every Kong node afterwards: until then they serve what they remember. No command for it is in the environments file ("kong").',
    );
  }
  return found;
}

function migrationWarnings({ target, live }: Survey, { record, manifest }: PartSource): SnapshotWarning[] {
  const held = lastMigrations(record.details?.migrations);
  const there = lastMigrations(target?.migrations);
  if (there.size === 0 || held.size === 0) return [];
  const differing = [...new Set([...held.keys(), ...there.keys()])].filter(
    (name) => held.get(name) !== there.get(name),
  );
  if (differing.length === 0) return [];
  const [first = ''] = differing.includes('core') ? ['core'] : differing;
  const message = `${live} is at another state of Kong's migrations than the snapshot (${first}: ${there.get(first) ?? 'none'}, in the snapshot ${held.get(first) ?? 'none'}): run the gateway as ${manifest.gateway.version} afterwards, or "kong migrations up" for a newer one. Migrations can't be undone.`;
  return [{ code: 'kong-migrations-differ', message }];
}

function lastMigrations(list: unknown): Map<string, string> {
  const entries = Array.isArray(list) ? list.filter(isObject) : [];
  return new Map(entries.map(({ subsystem, last }) => [String(subsystem), String(last)]));
}

/** What swapping takes away from the live database, in a sentence. */
export function lostBySwap({ live, old, targetCounts, dump }: Survey): string {
  const others = otherTables(targetCounts);
  const gone = others.filter((table) => dump.counts[table] === undefined);
  const turnedBack = others.filter((table) => dump.counts[table] !== undefined);
  return [
    `What was changed in ${live} since the snapshot is no longer live; it is kept in ${old} until you drop that.`,
    ...(gone.length > 0
      ? [`Tables that are not known as Kong's and not in the snapshot go with it: ${gone.join(', ')}.`]
      : []),
    ...(turnedBack.length > 0
      ? [`Tables that are not known as Kong's go back to the snapshot too: ${turnedBack.join(', ')}.`]
      : []),
  ].join(' ');
}

/** What a restore in place takes away, in a sentence. */
export function lostInPlace({ live, targetCounts, dump }: Survey): string {
  const others = otherTables(targetCounts);
  const overwritten = others.filter((table) => dump.counts[table] !== undefined);
  const kept = Object.keys(targetCounts).filter((table) => dump.counts[table] === undefined);
  return [
    `Drops every table of ${live} that the dump has, and what is in it: nothing of it is kept.`,
    ...(overwritten.length > 0 ? [`Among them tables that are not known as Kong's: ${overwritten.join(', ')}.`] : []),
    ...(kept.length > 0 ? [`Tables that the dump does not have stay as they are: ${kept.join(', ')}.`] : []),
  ].join(' ');
}
