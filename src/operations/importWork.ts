import type { OperationContext } from '../core/context.js';
import type { Environment } from '../core/environment.js';
import type { ImportKind, Manifest, SnapshotWarning } from '../core/snapshot.js';
import { knownCodes } from '../language/diagnosticCodes.js';
import { assumedGatewayVersion } from '../schema/facts.js';
import { importFiles, type ImportParts, type ImportRequest } from './importSnapshot.js';
import { recogniseImport } from './importSnapshotKind.js';

export type ImportFilesOptions = Omit<ImportRequest, 'place' | 'environment'>;

/** Files that other tools made, as snapshots. */
export interface ImportWork {
  /**
   * What a file or folder is by its content. `archive`: a snapshot that this product exported.
   * @param place absolute path. @throws KongBackupError `file-unreadable`, `file-invalid`.
   */
  recogniseImport(place: string): Promise<ImportKind | 'archive'>;
  /**
   * Makes a snapshot of a file or folder of another tool. No gateway is asked, and the file stays as it is.
   * @param place absolute path. @throws KongBackupError `file-*`, `dump-damaged`, `tool-*`, `store-*`, `cancelled`: nothing was imported then.
   */
  importFiles(
    place: string,
    environment: Environment,
    options: ImportFilesOptions,
    context: OperationContext,
  ): Promise<Manifest>;
  /** Of the warnings of an imported snapshot those that a restore would fail at. */
  restoreFaults(manifest: Pick<Manifest, 'warnings'>): SnapshotWarning[];
}

const ofReading: ReadonlySet<string> = new Set(['not-restorable', 'references-missing']);

export const createImportWork = (parts: ImportParts): ImportWork => ({
  recogniseImport: async (place) =>
    (await recogniseImport(place, await parts.shipped.facts(assumedGatewayVersion))).kind,
  importFiles: (place, environment, options, context) =>
    importFiles(parts, { ...options, place, environment }, context),
  // Of what the checks say a manifest has the errors only.
  restoreFaults: ({ warnings }) => warnings.filter(({ code }) => ofReading.has(code) || knownCodes.has(code)),
});
