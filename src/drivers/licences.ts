import type { PartDriver } from '../core/partDriver.js';
import { createEntriesDriver } from './adminEntities.js';
import { licenceKinds } from './adminEntitiesKinds.js';

/**
 * Licences that were given to the gateway by its Admin API. One that kong.conf or the environment names is not among them.
 * Choices of a restore: as of the admin entities.
 */
export function createLicencesDriver(options: { requestTimeout: number; undoFolder: string }): PartDriver {
  return createEntriesDriver('licences', {
    part: 'licences',
    kinds: licenceKinds,
    requestTimeout: options.requestTimeout,
    undoFolder: options.undoFolder,
  });
}
