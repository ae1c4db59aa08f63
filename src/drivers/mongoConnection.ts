import path from 'node:path';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';

/** How the database of an environment is reached, and by which programs. */
export interface MongoConnection {
  host: string;
  port: number;
  database: string;
  user?: string;
  password?: string;
  authDatabase?: string;
  tls: boolean;
  /** Absolute. */
  caFile?: string;
  /** Folder of `mongodump` and `mongorestore`, absolute; undefined: PATH. */
  programs?: string;
  /** As a person reads it: `db.example:27017/jiji`. */
  place: string;
}

const usualPort = 27_017;

/** @throws KongBackupError `environment-invalid` when no database is named. */
export function mongoConnectionOf({ environment, passwords, baseFolder }: Target): MongoConnection {
  const {
    host = '127.0.0.1',
    port = usualPort,
    database,
    user,
    authDatabase,
    tls,
    caFile,
    programs,
  } = environment.mongodb ?? {};
  if (database === undefined) {
    throw new KongBackupError('environment-invalid', {
      place: environment.name,
      reason: 'It names no database of MongoDB.',
      remedy: 'Set mongodb.database in the environments file.',
    });
  }
  const file = (text: string): string => path.resolve(baseFolder ?? '.', text);
  const password = passwords?.mongodb;
  return {
    host,
    port,
    database,
    tls: tls === true || caFile !== undefined,
    place: `${host}:${port}/${database}`,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(authDatabase !== undefined && { authDatabase }),
    ...(caFile !== undefined && { caFile: file(caFile) }),
    ...(programs !== undefined && { programs: file(programs) }),
  };
}
