import type { OperationContext } from '../core/context.js';
import type { Availability } from '../core/driver.js';
import type { GatewayInfo, Target } from '../core/environment.js';
import { throwIfCancelled } from '../core/errors.js';
import type { PartDriver, PartProbe } from '../core/partDriver.js';
import { isAnswer, kongOf, kongVersion } from './kongCommand.js';
import { restoresBy } from './kongConfigActions.js';
import { backUpByKong } from './kongConfigBackup.js';
import type { DeclarativeFileOptions } from './kongConfigOptions.js';
import { kongImport } from './kongConfigRestore.js';
import { checkKongFile } from './kongConfigSource.js';

/**
 * The whole database as one declarative file, by `kong config db_export`, and back by `kong config db_import`.
 *
 * Choices of a restore: `mergeWorkspaces` (true: entities of several workspaces, all of them into `default`).
 */
export function createKongConfigDriver(options: DeclarativeFileOptions): PartDriver {
  return {
    id: 'kong-config',
    part: 'declarative-file',
    probe,
    backup: (target, request, context) => backUpByKong(options, target, request, context),
    async verify(source, context) {
      throwIfCancelled(context.signal, source.manifest.id);
      return (await checkKongFile(options, source)).problems;
    },
    ...restoresBy(kongImport, options),
  };
}

async function probe(target: Target, gateway: GatewayInfo | undefined, context: OperationContext): Promise<PartProbe> {
  const { kong, mode } = target.environment;
  const isNamed = kong?.command !== undefined || kong?.copy !== undefined || kong?.conf !== undefined;
  if (!isNamed || (gateway?.mode ?? mode) === 'dbless') return { present: false };
  try {
    return {
      present: true,
      availability: { available: true, version: await kongVersion(kongOf(target), context) },
    };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const { reason, remedy } = error;
    const code = error.code as Extract<Availability, { available: false }>['code'];
    return { present: true, availability: { available: false, code, reason, remedy } };
  }
}
