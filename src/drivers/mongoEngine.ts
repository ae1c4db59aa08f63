import type { OperationContext } from '../core/context.js';
import { KongBackupError } from '../core/errors.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import type { MongoConnection } from './mongoConnection.js';
import { toolVersion } from './mongoTools.js';

/** `tools`: mongodump and mongorestore; `library`: nothing need be installed. */
export type MongoEngine = 'tools' | 'library';

export interface MongoOptions {
  /** Where what a restore drops is kept before, a folder each. */
  undoFolder: string;
  /** Tools where both are found, else the library, when absent. */
  engine?: MongoEngine;
  now?: () => Date;
}

/** Loaded when a server is talked to: it is as large as the rest of the product. */
export async function openMongo() {
  return (await import('./mongoLibrary.js')).withMongo;
}

/** The versions of the tools that will be used; undefined: the library. @throws KongBackupError `tool-missing`. */
export async function chooseTools(
  connection: MongoConnection,
  wanted: unknown,
  context: OperationContext,
): Promise<string | undefined> {
  if (wanted === 'library') return undefined;
  const [dump, restore] = [
    await toolVersion(connection, 'mongodump', context),
    await toolVersion(connection, 'mongorestore', context),
  ];
  if (dump !== undefined && restore !== undefined) return dump;
  if (wanted !== 'tools') return undefined;
  const missing = dump === undefined ? 'mongodump' : 'mongorestore';
  throw new KongBackupError('tool-missing', {
    place: missing,
    reason: `The program ${missing} was not found.`,
    remedy: 'Install MongoDB\'s Database Tools, name their folder as mongodb.programs, or use the engine "library".',
  });
}

/** The code is for who wants to show it again: the manifest keeps it. */
export const secretKeyWarning: SnapshotWarning = {
  code: 'documents-secret-key',
  message:
    'Mail address and SMTP account are encrypted with the SECRET_KEY of the environment: in a new environment set them again after a restore.',
};
