import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { Json } from '../core/json.js';
import type { ToolCall, ToolOutput } from '../process/toolCall.js';
import { runTool, type ToolListener } from '../process/toolRunner.js';
import { queryArguments } from './postgresCommand.js';
import { connectionOf, type PostgresConnection } from './postgresConnection.js';
import { postgresError } from './postgresErrors.js';
import { parsePostgresVersion, type PostgresVersion } from './postgresVersion.js';

export type PostgresProgram = 'pg_dump' | 'pg_restore' | 'psql';

/** How one run of PostgreSQL's programs reaches the database of an environment. */
export interface PostgresSession extends PostgresConnection {
  /** Of the environment, absolute; undefined: PATH. */
  folder?: string;
}

const hint =
  "Install PostgreSQL's client programs (Debian: postgresql-client; macOS: libpq of Homebrew; Windows: the installer of postgresql.org), or name their folder as database.programs in the environments file.";

export function sessionOf(target: Target): PostgresSession {
  const { programs } = target.environment.database ?? {};
  const folder = programs === undefined ? undefined : path.resolve(target.baseFolder ?? '.', programs);
  return { ...connectionOf(target), ...(folder !== undefined && { folder }) };
}

/** The same server, another database. */
export const inDatabase = (session: PostgresSession, name: string): PostgresSession => ({
  ...session,
  env: { ...session.env, PGDATABASE: name },
});

/** Runs a program to its end, whatever its exit code. @throws KongBackupError as `runTool`. */
export function runProgram(
  session: PostgresSession,
  program: PostgresProgram,
  call: Pick<ToolCall, 'args' | 'stdin' | 'env'>,
  context: OperationContext,
  listener?: ToolListener,
): Promise<ToolOutput> {
  const { folder, env, secrets } = session;
  const tool = folder === undefined ? program : path.join(folder, program);
  return runTool({ ...call, tool, env: { ...env, ...call.env }, secrets, installHint: hint }, context, listener);
}

/** Runs a program that must succeed. @throws KongBackupError by what it says, and as `runTool`. */
export async function mustRun(
  ...[session, program, call, context, listener]: Parameters<typeof runProgram>
): Promise<ToolOutput> {
  const output = await runProgram(session, program, call, context, listener);
  if (output.exitCode === 0) return output;
  throw postgresError(program, session.place, output.stderr, session.secrets);
}

/**
 * Runs SQL, each answer of which is one column of JSON.
 * @returns the answers' rows one after the other.
 */
export async function query(session: PostgresSession, sql: string, context: OperationContext): Promise<Json[]> {
  // Unlike a dump, what we read has to be UTF-8.
  const env = { PGCLIENTENCODING: 'UTF8' };
  const output = await mustRun(session, 'psql', { args: queryArguments(), stdin: `${sql}\n`, env }, context);
  return output.stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [JSON.parse(line) as Json]));
}

/** @throws KongBackupError `tool-missing`, `tool-failed`. */
export async function programVersion(
  session: PostgresSession,
  program: PostgresProgram,
  context: OperationContext,
): Promise<PostgresVersion> {
  const { stdout } = await mustRun(session, program, { args: ['--version'] }, context);
  const version = parsePostgresVersion(stdout);
  if (version) return version;
  throw new KongBackupError('tool-failed', {
    place: program,
    reason: `It names no version of PostgreSQL: ${stdout.slice(0, 80)}`,
    remedy: 'Name the folder of the real programs as database.programs in the environments file.',
  });
}

/** The version of all three programs, which come together: that of pg_dump. @throws KongBackupError `tool-missing`, `tool-failed`. */
export async function clientVersion(session: PostgresSession, context: OperationContext): Promise<PostgresVersion> {
  const [dump] = await Promise.all([
    programVersion(session, 'pg_dump', context),
    programVersion(session, 'pg_restore', context),
    programVersion(session, 'psql', context),
  ]);
  return dump;
}
