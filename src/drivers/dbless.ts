import type { OperationContext } from '../core/context.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import type { PartDriver, PartProbe } from '../core/partDriver.js';
import { backUpDbless } from './dblessBackup.js';
import { dblessRestore } from './dblessRestore.js';
import { restoresBy } from './kongConfigActions.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { checkKongFile } from './kongConfigSource.js';

/**
 * The declarative file of a gateway without a database, and back: as a file and a restart, or by `POST /config`.
 *
 * Choices of a restore: `way` ("file" or "post"; "file" where the environment names file and kong, else "post"), `convert` (true:
 * make the file of the entities of a snapshot), `acceptBroken` (true: go on although credentials that are named stop working).
 */
export function createDblessDriver(options: DeclarativeFileOptions): PartDriver {
  return {
    id: 'dbless',
    part: 'declarative-file',
    converts: 'entities',
    probe,
    backup: (target, request, context) => backUpDbless(options, target, request, context),
    async verify(source, context) {
      throwIfCancelled(context.signal, source.manifest.id);
      return (await checkKongFile(options, source)).problems;
    },
    ...restoresBy(dblessRestore, options),
  };
}

/** What stands in its way is seen when it is taken: its configuration can be had in two ways. */
function probe(
  { environment }: Target,
  gateway: GatewayInfo | undefined,
  { signal }: OperationContext,
): Promise<PartProbe> {
  throwIfCancelled(signal, environment.name);
  if ((gateway?.mode ?? environment.mode) !== 'dbless') return Promise.resolve({ present: false });
  return Promise.resolve({ present: true, availability: { available: true, version: driverVersion } });
}

/** Of the driver itself, for manifests. */
const driverVersion = '1';
