import path from 'node:path';
import type { DumpFormat } from '../core/environmentSections.js';

/** What a dump is called in the folder of its part. Only the directory format is a folder. */
const dumpNames: Readonly<Record<DumpFormat, string>> = {
  directory: 'dump',
  custom: 'database.dump',
  tar: 'database.tar',
  plain: 'database.sql',
};

/** Absolute path of the dump in the folder of its part. */
export const dumpPlace = (directory: string, format: DumpFormat): string => path.join(directory, dumpNames[format]);

/** Nobody is there to type a password. */
const neverAsk = '--no-password';

export interface DumpArguments {
  format: DumpFormat;
  /** Absolute path of what to write. */
  place: string;
  /** Of a transaction that is held open meanwhile: the dump sees what it sees. */
  snapshot?: string;
  /** Parallel jobs; only for the directory format. */
  jobs?: number;
}

/** The whole database, with owners and rights. Which one says the environment. */
export const dumpArguments = ({ format, place, snapshot, jobs }: DumpArguments): string[] => [
  neverAsk,
  '--verbose',
  '--format',
  format,
  '--file',
  place,
  ...(snapshot === undefined ? [] : ['--snapshot', snapshot]),
  ...(format === 'directory' && jobs !== undefined && jobs > 1 ? ['--jobs', String(jobs)] : []),
];

/** The table of contents of a dump. No server is asked. */
export const listArguments = (place: string): string[] => ['--list', place];

/** All of a dump as SQL text on standard output: reads each byte of it. No server is asked. */
export const readArguments = (place: string): string[] => ['--file', '-', place];

export interface LoadArguments {
  place: string;
  database: string;
  /** Leave out whose the objects are: they become those of who restores. */
  noOwner: boolean;
  /** Leave out who may do what. */
  noPrivileges: boolean;
  /** Drop what the dump has first. */
  clean?: boolean;
}

/** In one transaction: all or nothing. */
export const loadArguments = ({ place, database, noOwner, noPrivileges, clean }: LoadArguments): string[] => [
  neverAsk,
  '--verbose',
  '--single-transaction',
  '--exit-on-error',
  ...(clean ? ['--clean', '--if-exists'] : []),
  ...(noOwner ? ['--no-owner'] : []),
  ...(noPrivileges ? ['--no-privileges'] : []),
  '--dbname',
  connectionString(database),
  place,
];

/** SQL from standard input, answers as one line of JSON each. Nobody's psqlrc is read. */
export const queryArguments = (): string[] => [
  '--no-psqlrc',
  neverAsk,
  '--quiet',
  '--no-align',
  '--tuples-only',
  '--set',
  'ON_ERROR_STOP=1',
];

/** A dump in text format, in one transaction. Its text must have been looked through for commands to psql. */
export const loadTextArguments = (place: string): string[] => [
  '--no-psqlrc',
  neverAsk,
  '--quiet',
  '--output',
  process.platform === 'win32' ? 'NUL' : '/dev/null',
  '--set',
  'ON_ERROR_STOP=1',
  '--single-transaction',
  '--file',
  place,
];

/** pg_restore reads a database's name that holds `=` as a whole connection string: so every name is given as one. */
const connectionString = (database: string): string =>
  /^[\w.-]+$/.test(database) ? database : `dbname='${database.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
