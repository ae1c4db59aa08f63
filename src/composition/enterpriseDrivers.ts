import type { AppOptions } from '../app.js';
import type { PartDriver } from '../core/partDriver.js';
import { createAdminEntitiesDriver } from '../drivers/adminEntities.js';
import { createDeckRbac } from '../drivers/deckRbac.js';
import { createKeyringDriver } from '../drivers/keyring.js';
import { createLicencesDriver } from '../drivers/licences.js';
import { createPortalDriver } from '../drivers/portal.js';
import type { Environments } from '../operations/environments.js';

/** What only Enterprise has. */
export function enterpriseDrivers(
  { deckPath, requestTimeout }: AppOptions,
  { environments }: Environments,
  undoFolder: string,
): PartDriver[] {
  return [
    createAdminEntitiesDriver({
      requestTimeout,
      undoFolder,
      deck: createDeckRbac({ deckPath, requestTimeout }),
    }),
    createLicencesDriver({ requestTimeout, undoFolder }),
    createKeyringDriver({
      requestTimeout,
      async protection({ environment }) {
        const section = (await environments()).stores?.find(({ name }) => name === environment.store);
        return section?.encryption ? { by: 'store' } : undefined;
      },
    }),
    createPortalDriver({ requestTimeout, undoFolder }),
  ];
}
