import type { App, AppOptions } from './app.js';
import { joinRules, ruleFaults, rulesFrom } from './language/rules.js';
import { createEnvironments, type Environments } from './operations/environments.js';
import { validateFiles } from './operations/validateFiles.js';
import type { SchemaSource } from './schema/facts.js';
import { schemaFolder } from './schema/folder.js';
import { createAtomicTextFile } from './stores/atomicTextFile.js';

/** The part of the app that judges files and asks no gateway. */
export type Validator = Pick<App, 'environment' | 'gatewayVersions' | 'validate' | 'validationRules'>;

/** What the app and its validator read environments and facts by. */
export const validatorParts = ({
  environmentsFile,
  schemaFolder: folder,
}: Pick<AppOptions, 'environmentsFile' | 'schemaFolder'>): { environments: Environments; shipped: SchemaSource } => ({
  environments: createEnvironments(createAtomicTextFile(environmentsFile), ruleFaults),
  shipped: schemaFolder(folder),
});

/** Composes the validator alone: the rest of the app takes longer to load than most files take to judge. */
export function createValidator({ environments, shipped }: ReturnType<typeof validatorParts>): Validator {
  const validationRules: App['validationRules'] = async () => rulesFrom((await environments.environments()).validation);
  return {
    environment: environments.environment,
    gatewayVersions: shipped.versions,
    async validate(files, request, context) {
      const rules = joinRules(request.rules ?? {}, await validationRules());
      return validateFiles(shipped, files, { ...request, rules }, context);
    },
    validationRules,
  };
}
