import path from 'node:path';
import type { Target } from '../core/environment.js';

export interface PostgresConnection {
  /** Environment variables for libpq. What the environments file does not say is left as the person has it. */
  env: Record<string, string | undefined>;
  secrets: string[];
  /** As a person reads it: `db.example:5432/kong`. */
  place: string;
}

/** Seconds until an address that does not answer is given up. */
const connectTimeout = '15';

/** How libpq reaches the database of an environment. Everything goes by environment variables: the password is in no argument. */
export function connectionOf({ environment, passwords, baseFolder }: Target): PostgresConnection {
  const { host, port, name, user, sslMode, caFile, certFile, keyFile } = environment.database ?? {};
  const file = (text: string): string => path.resolve(baseFolder ?? '.', text);
  const password = passwords?.database;
  return {
    env: {
      ...(host !== undefined && { PGHOST: host, PGHOSTADDR: undefined, PGSERVICE: undefined }),
      ...(port !== undefined && { PGPORT: String(port) }),
      ...(name !== undefined && { PGDATABASE: name }),
      ...(user !== undefined && { PGUSER: user }),
      ...(password !== undefined && { PGPASSWORD: password }),
      ...(sslMode !== undefined && { PGSSLMODE: sslMode }),
      ...(caFile !== undefined && { PGSSLROOTCERT: file(caFile) }),
      ...(certFile !== undefined && { PGSSLCERT: file(certFile) }),
      ...(keyFile !== undefined && { PGSSLKEY: file(keyFile) }),
      PGAPPNAME: applicationName,
      PGCONNECT_TIMEOUT: connectTimeout,
      // What the programs say is read by us.
      LC_ALL: 'C',
      LANGUAGE: undefined,
    },
    secrets: password === undefined ? [] : [password],
    place: `${host ?? 'PostgreSQL'}${port === undefined ? '' : `:${port}`}${name === undefined ? '' : `/${name}`}`,
  };
}

export const applicationName = 'kong-backup';

/** A text as SQL, whatever is in it. */
export function literal(text: string): string {
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** A name as SQL, whatever is in it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** PostgreSQL cuts longer names off, in bytes. */
const longestName = 63;

/** `<name>_<word>_<20261121T130501Z>`, no longer than PostgreSQL takes. */
export function derivedName(name: string, word: string, now: Date): string {
  const suffix = `_${word}_${now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}z`.toLowerCase();
  let base = name;
  while (Buffer.byteLength(base + suffix) > longestName) base = base.slice(0, -1);
  return base + suffix;
}

/** Whether a name is one that `derivedName` made of another database's. */
export function isDerivedOfOther(derived: string, name: string): boolean {
  const [, word = '', time] = /_([a-z]+)(_\d{8}t\d{6}z)$/.exec(derived) ?? [];
  if (time === undefined) return false;
  return derivedName(name, word, new Date(0)).slice(0, -time.length) !== derived.slice(0, -time.length);
}
