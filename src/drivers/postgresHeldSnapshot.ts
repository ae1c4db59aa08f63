import type { OperationContext } from '../core/context.js';
import type { Json } from '../core/json.js';
import { queryArguments } from './postgresCommand.js';
import { countTables } from './postgresFacts.js';
import { mustRun, type PostgresSession } from './postgresSession.js';

/** What the database holds at one moment. */
export interface HeldSnapshot {
  /** For `pg_dump --snapshot`. */
  id: string;
  /** `[schema, table, rows]`. */
  rows: Json[];
}

const countingIsOver = '"counted"';

/**
 * Holds a transaction open that sees one moment of the database, counts in it, and lends the moment to others until they are
 * done: so that what was counted is what was dumped, whoever writes meanwhile.
 * @throws KongBackupError `database-*`, `tool-*`, `cancelled`, and what `work` throws.
 */
export async function withHeldSnapshot<T>(
  session: PostgresSession,
  work: (held: HeldSnapshot) => Promise<T>,
  context: OperationContext,
): Promise<T> {
  let letGo = (): void => undefined;
  const isDone = new Promise<void>((resolve) => (letGo = resolve));
  async function* sql(): AsyncGenerator<string> {
    yield `set idle_in_transaction_session_timeout = 0; set statement_timeout = 0;
begin isolation level repeatable read, read only;
select to_json(pg_export_snapshot());
${countTables}
select '${countingIsOver}';
`;
    await isDone;
    yield 'commit;\n';
  }
  const answers: string[] = [];
  let counted = (): void => undefined;
  const isCounted = new Promise<void>((resolve) => (counted = resolve));
  const onLine = (line: string): void => {
    if (line === countingIsOver) counted();
    else if (line.trim() !== '') answers.push(line);
  };
  const env = { PGCLIENTENCODING: 'UTF8' };
  const holding = mustRun(session, 'psql', { args: queryArguments(), stdin: sql(), env }, context, { onLine });
  try {
    await Promise.race([isCounted, holding]);
    const [id, ...rows] = answers.map((line) => JSON.parse(line) as Json);
    return await work({ id: String(id), rows });
  } finally {
    letGo();
    // What went wrong with the work says more than what then went wrong here.
    await holding.catch((error: unknown) => context.log.debug(`The held transaction ended: ${String(error)}`));
  }
}
