import type { App, AppOptions, Comparison } from './app.js';
import type { OperationContext } from './core/context.js';
import { joinRules, ruleFaults, rulesFrom } from './language/rules.js';
import { compareFiles, type CompareOptions } from './operations/compare.js';
import { createEnvironments, type Environments } from './operations/environments.js';
import { validateFiles } from './operations/validateFiles.js';
import type { SchemaSource } from './schema/facts.js';
import { schemaFolder } from './schema/folder.js';
import { createAtomicTextFile } from './stores/atomicTextFile.js';

/** The part of the app that judges and compares files: it asks no gateway and opens no store. */
export interface FileApp extends Pick<App, 'environment' | 'gatewayVersions' | 'validate' | 'validationRules'> {
  /** As `compare` of the app. @param from path of a file, or of a folder of decK's files. */
  compareFiles(from: string, to: string, context: OperationContext, options?: CompareOptions): Promise<Comparison>;
}

/** What the app and this part of it read environments and facts by. */
export interface FileParts {
  environments: Environments;
  shipped: SchemaSource;
}

export const fileParts = ({
  environmentsFile,
  schemaFolder: folder,
}: Pick<AppOptions, 'environmentsFile' | 'schemaFolder'>): FileParts => ({
  environments: createEnvironments(createAtomicTextFile(environmentsFile), ruleFaults),
  shipped: schemaFolder(folder),
});

/** Composes it alone: the rest of the app takes longer to load than most files take to judge. */
export function createFileApp({ environments, shipped }: FileParts): FileApp {
  const validationRules: App['validationRules'] = async () => rulesFrom((await environments.environments()).validation);
  return {
    environment: environments.environment,
    gatewayVersions: shipped.versions,
    async validate(files, request, context) {
      const rules = joinRules(request.rules ?? {}, await validationRules());
      return validateFiles(shipped, files, { ...request, rules }, context);
    },
    validationRules,
    compareFiles: async (from, to, context, options) => ({
      ...(await compareFiles({ shipped }, { file: from }, { file: to }, context, options)),
      warnings: [],
    }),
  };
}
