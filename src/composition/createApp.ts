import path from 'node:path';
import type { App, AppOptions, Comparison, Side } from '../app.js';
import type { OperationContext } from '../core/context.js';
import type { Environment, Target } from '../core/environment.js';
import type { CatalogueEntry, Manifest } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import { createAdminApiDriver } from '../drivers/adminApi.js';
import { createDblessDriver } from '../drivers/dbless.js';
import { dblessKeeper } from '../drivers/dblessKept.js';
import { createDeckDriver } from '../drivers/deck.js';
import { createFilesDriver } from '../drivers/files.js';
import { createKongConfigDriver } from '../drivers/kongConfig.js';
import { kongJudgeOf } from '../drivers/kongConfigParse.js';
import { createMongoDriver } from '../drivers/mongo.js';
import { createPostgresDriver } from '../drivers/postgres.js';
import { createFileApp, fileParts } from '../fileApp.js';
import { proxyRequest } from '../gateway/proxyRequest.js';
import { createDumpReader } from '../drivers/postgresImport.js';
import { databaseKeeper, fileKeeper } from '../drivers/stateKeepers.js';
import { runGatewayCommand } from '../drivers/gatewayCommands.js';
import { resultOf } from '../core/backupResult.js';
import { joinRules } from '../language/rules.js';
import { createAutomation } from '../operations/automation.js';
import { unreadEnvironments } from '../operations/environments.js';
import { backup } from '../operations/backup.js';
import { createCare } from '../operations/care.js';
import { compare, type CompareSide } from '../operations/compare.js';
import { checkDrift, checkDriftOfAll } from '../operations/drift.js';
import { createDrills } from '../operations/drill.js';
import { entityText } from '../operations/entityText.js';
import { entityHistory } from '../operations/entityHistory.js';
import { findSnapshot, snapshotsOf } from '../operations/findSnapshot.js';
import { gatewaySchemas, lastSchemas, noCache } from '../operations/gatewaySchemas.js';
import { createDeclarativeJudge } from '../operations/judgeDeclarative.js';
import { withHooks } from '../operations/hooks.js';
import { MigrationLog } from '../operations/migration/migrationLog.js';
import { createMigrations } from '../operations/migration/migrations.js';
import { createMigrationTools } from './migrationTools.js';
import { createBeforeUpgrade } from '../operations/beforeUpgrade.js';
import { createKeyRotation } from '../operations/keyRotation.js';
import { createGuidedRestore } from '../operations/guidedRestore.js';
import { createKeptWork } from '../operations/guidedRestoreKept.js';
import { createImportWork } from '../operations/importWork.js';
import { createPartWork } from '../operations/partWork.js';
import { createRestores } from '../operations/restores.js';
import { createRestoreWays } from '../operations/restoreWays.js';
import { resumeBackup } from '../operations/resumeBackup.js';
import { createSchemaCache } from '../operations/schemaCache.js';
import { createTargets, noTarget } from '../operations/targets.js';
import { createStoreSetup } from '../operations/storeSetup.js';
import { createTransfers } from '../operations/transfer.js';
import { validateOnline } from '../operations/validateOnline.js';
import { createSmokeChecking, resultOf as resultOfCheck } from '../operations/smokeChecks.js';
import { createAtomicTextFile } from '../stores/atomicTextFile.js';
import { createJsonCache } from '../stores/jsonCache.js';
import { createLineFolder } from '../stores/lineFolder.js';
import { joinStores } from '../stores/joinedStores.js';
import { enterpriseDrivers } from './enterpriseDrivers.js';
import { namedStores, storeSetupParts, transferParts, caredStores } from './stores.js';
import { hookRunner } from './hookRunner.js';

/** The one place that news things up: what there is to work with, and what is done with it. */
export function createApp(options: AppOptions): App {
  const { deckPath, requestTimeout, version, storedToken } = options;
  const adminApi = createAdminApiDriver({ requestTimeout });
  const deck = createDeckDriver({ deckPath, requestTimeout });
  const { environments, shipped } = fileParts(options);
  const { compareFiles: _, ...fileApp } = createFileApp({ environments, shipped });
  const cache = options.schemaCache === undefined ? noCache : createSchemaCache(createJsonCache(options.schemaCache));
  const baseFolder = path.dirname(options.environmentsFile);
  const stores = namedStores(options, environments);
  const store = joinStores(stores);
  const targets = createTargets({ baseFolder, variables: process.env, storedToken });
  const declarative = {
    probe: adminApi,
    reader: adminApi,
    shipped,
    judge: createDeclarativeJudge(shipped),
    keep: path.join(options.snapshotRoot, '.before'),
    requestTimeout,
  };
  const [postgres, files] = [createPostgresDriver(), createFilesDriver()];
  const journals = createLineFolder(path.join(options.snapshotRoot, '.restores'));
  const parts = {
    store,
    journals,
    shipped,
    drivers: [deck, adminApi],
    reader: adminApi,
    partDrivers: [
      postgres,
      createKongConfigDriver(declarative),
      createDblessDriver(declarative),
      files,
      createMongoDriver({ undoFolder: declarative.keep }),
      ...enterpriseDrivers(options, environments, declarative.keep),
    ],
    probe: adminApi,
    schemas: adminApi,
    tool: { name: 'kong-backup', version },
  };
  const { whileRestoring, ...care } = createCare({ ...parts, environments, stores: () => caredStores(stores) });

  const runHook = hookRunner(options);
  const backUp: App['backup'] = (environment, request, context) =>
    targets.run(environment, context, async (target, guarded) => {
      const { resume, ...wanted } = request;
      const job = () =>
        resume === undefined
          ? backup(parts, { ...wanted, target }, guarded)
          : resumeBackup(parts, { target, snapshot: resume }, guarded);
      const outcome = (taken: Manifest) => ({ result: resultOf(taken), snapshot: taken.id });
      const { done, warnings } = await withHooks(runHook, { environment, kind: 'Backup', job, outcome }, guarded);
      return { ...done, warnings: [...done.warnings, ...warnings] };
    });

  const checks = createSmokeChecking({ send: proxyRequest, places: { baseFolder, variables: process.env }, targets });
  const drifting = {
    store,
    compareWithLive: (snapshot: string, environment: Environment, context: OperationContext) =>
      targets.run(environment, context, (target, guarded) => compare(parts, { snapshot }, { target }, guarded)),
  };

  const partWork = createPartWork({ ...parts, environments, targets, whileRestoring });

  const keepers = [databaseKeeper(postgres), fileKeeper(files), dblessKeeper(declarative)];
  const keptWork = createKeptWork({ store, targets, environments, keepers });
  const restores = createRestores({
    ...{ ...parts, environments, targets, runHook, whileRestoring },
    checking: checks,
  });

  const setupParts = storeSetupParts(options, environments);
  const app: Omit<App, 'migrations'> = {
    ...environments,
    ...fileApp,
    ...care,
    ...createAutomation({
      environments,
      store,
      backup: (environment, context) => backUp(environment, {}, context),
      textFile: createAtomicTextFile,
    }),
    ...createStoreSetup(setupParts),
    ...createKeyRotation(setupParts),
    ...createTransfers(transferParts(store, stores, environments)),
    ...partWork,
    ...createBeforeUpgrade({ ...parts, backup: backUp, planBackup: partWork.planBackup, verify: care.verify }),
    ...keptWork,
    ...createGuidedRestore({
      ...keptWork,
      snapshot: (name) => findSnapshot(store, name),
      probe: (environment, context) =>
        targets.run(environment, context, (target, guarded) => adminApi.probe(target, guarded)),
      parts: partWork,
      restores,
      bootstrap: (environment, context) =>
        targets.run(environment, context, (target, guarded) => postgres.bootstrap(target, guarded)),
      startGateway: (environment, context) =>
        targets.run(environment, context, (target, guarded) => startGateway(target, guarded)),
      stateFile: ({ id }) =>
        createAtomicTextFile(path.join(options.snapshotRoot, '.recover', `${safeFileName(id)}.json`), {
          ownerOnly: true,
        }),
    }),
    ...createImportWork({ ...parts, dumps: createDumpReader() }),
    ...restores,
    ...createDrills({ ...parts, environments, targets, whileRestoring, by: journals.by }),
    ...createRestoreWays({ ...restores, journals, environments, store }),
    probe: (environment, context, token) =>
      targets.run({ id: '', ...environment }, context, (target, guarded) => adminApi.probe(target, guarded), token),
    counts: (environment, workspace, context) =>
      targets.run(environment, context, (target, guarded) => adminApi.count(target, workspace, guarded)),
    deck: (context) => deck.available(noTarget, context),
    backup: backUp,
    snapshots: async (name) => (name === undefined ? store.list() : snapshotsNamed(name)),
    snapshot: async (name) => (await findSnapshot(store, name)).manifest,
    readPart: async (snapshot, file) => new TextDecoder().decode(await store.read(snapshot, file)),
    pathOf: (snapshot, file) => store.pathOf(snapshot, file),
    gatewaySchemas: (environment, gateway, wanted, request, context) =>
      targets.run(environment, context, (target, guarded) =>
        gatewaySchemas({ schemas: adminApi, cache }, target, gateway, wanted, request, guarded),
      ),
    keptSchemas: (environment, context) => lastSchemas(cache, environment, context),
    async validateOnline(files, environment, request, context) {
      const rules = joinRules(request.rules ?? {}, await fileApp.validationRules());
      return targets.run(environment, context, (target, guarded) =>
        validateOnline(
          { ...parts, judge: adminApi, deck, kong: kongJudgeOf },
          target,
          files,
          { ...request, rules },
          guarded,
        ),
      );
    },
    async compare(from, to, context, options) {
      const sides = await Promise.all([from, to].map(resolveSide));
      const comparison = await targets.guard(
        sides.flatMap(({ secrets }) => secrets),
        context,
        (guarded) => compare(parts, sides[0]!.side, sides[1]!.side, guarded, options),
      );
      const { narrowedTo, ...found } = comparison;
      const warnings = sides.flatMap(({ warning }) => warning ?? []);
      return { ...found, warnings: narrowedTo === undefined ? warnings : [...warnings, narrowing(narrowedTo)] };
    },
    smokeChecks: async (environment, context) => (await checks.answers(environment, context)).map(resultOfCheck),
    drift: (environment, request, context) => checkDrift(drifting, environment, request, context),
    async driftOfAll(context, told) {
      const list = await environments.environments();
      const failed = unreadEnvironments(list);
      for (const each of failed) told?.(each);
      return [...failed, ...(await checkDriftOfAll(drifting, list.environments, context, told))];
    },
    entityText,
    async history(name, request, context) {
      const entries = await snapshotsNamed(name);
      const newest = entries.find(({ manifest }) => manifest)?.manifest?.gateway.version;
      const facts = await shipped.facts(newest ?? shipped.versions.at(-1) ?? '');
      return entityHistory(store, entries, request, facts, context);
    },
  };

  const tools = createMigrationTools({
    ...{ app, checks, store, reader: adminApi, targets, requestTimeout, baseFolder },
    run: runHook,
  });
  const byId = async (id: string, name: string): Promise<Environment> =>
    (await environments.environments()).environments.find((each) => each.id === id) ?? environments.environment(name);
  const migrations = createMigrations({
    log: new MigrationLog(createLineFolder(path.join(options.snapshotRoot, '.migrations'))),
    tools,
    environment: environments.environment,
    environmentById: byId,
  });
  return { ...app, migrations };

  async function snapshotsNamed(name: string): Promise<CatalogueEntry[]> {
    const known = (await environments.environments()).environments.find((environment) => environment.name === name);
    return known ? snapshotsOf(store, known) : store.list(name);
  }

  async function resolveSide(
    side: Side,
  ): Promise<{ side: CompareSide; secrets: string[]; warning?: Comparison['warnings'][number] }> {
    const only = side.workspace === undefined ? {} : { workspace: side.workspace };
    if ('file' in side) return { side, secrets: [] };
    if ('snapshot' in side) {
      const { manifest, warning } = await findSnapshot(store, side.snapshot);
      return { side: { snapshot: manifest.id, ...only }, secrets: [], ...(warning && { warning }) };
    }
    const { target, secrets } = await targets.resolve(await environments.environment(side.live));
    return { side: { target, ...only }, secrets };
  }
}

/** By whichever command the environment names. @returns false where it names none. */
async function startGateway(target: Target, context: OperationContext): Promise<boolean> {
  const { start, restart } = target.environment.kong ?? {};
  const verb = start ? 'start' : restart ? 'restart' : undefined;
  if (verb) await runGatewayCommand(target, verb, context);
  return verb !== undefined;
}

const narrowing = (workspace: string): Comparison['warnings'][number] => ({
  code: 'workspace-narrowed',
  message: `Only one side names a workspace: of the other one, too, only "${workspace}" is compared.`,
});
