import type { OperationContext } from './context.js';
import type { DumpFormat } from './environmentSections.js';
import type { PartRecord, SnapshotWarning } from './snapshot.js';

/** A dump of a database that somebody made by hand, read to its end. */
export interface FoundDump {
  record: Omit<PartRecord, 'files'>;
  /** The version of Kong that its migrations reach; absent where they say none that is known. */
  gatewayVersion?: string;
  /** Whether only an Enterprise gateway makes such a database. */
  enterprise: boolean;
  warnings: SnapshotWarning[];
}

export interface DumpReader {
  /** Where a dump of this format is to lie in the folder of its part, absolute. */
  placeOf(directory: string, format: DumpFormat): string;
  /**
   * Reads a dump without a server.
   * @param directory the folder of the part, with the dump in its place.
   * @param name what a person calls the dump, for errors.
   * @throws KongBackupError `dump-damaged`, `file-invalid` for one that is not of Kong or lacks the tables, `tool-*`, `cancelled`.
   */
  read(directory: string, format: DumpFormat, name: string, context: OperationContext): Promise<FoundDump>;
}
