import path from 'node:path';
import type { Plan } from './core/change.js';
import type { OperationContext } from './core/context.js';
import type { Gap } from './core/coverage.js';
import type { Availability } from './core/driver.js';
import type { S3Section, StoreSection } from './core/environmentSections.js';
import type { Environment, GatewayInfo, Target } from './core/environment.js';
import { KongBackupError } from './core/errors.js';
import type { JsonObject } from './core/json.js';
import type { PartKind } from './core/part.js';
import type { PartDriver } from './core/partDriver.js';
import type { CatalogueEntry, Counts, Manifest } from './core/snapshot.js';
import type { CheckResult } from './core/smokeChecks.js';
import { safeFileName } from './core/snapshotId.js';
import type { CaredStore } from './core/upkeep.js';
import { createAdminApiDriver } from './drivers/adminApi.js';
import { createAdminEntitiesDriver } from './drivers/adminEntities.js';
import { createDblessDriver } from './drivers/dbless.js';
import { createDeckDriver } from './drivers/deck.js';
import { createFilesDriver } from './drivers/files.js';
import { createDeckRbac } from './drivers/deckRbac.js';
import { createKongConfigDriver } from './drivers/kongConfig.js';
import { createKeyringDriver } from './drivers/keyring.js';
import { kongJudgeOf } from './drivers/kongConfigParse.js';
import { createLicencesDriver } from './drivers/licences.js';
import { createMongoDriver } from './drivers/mongo.js';
import { createPortalDriver } from './drivers/portal.js';
import { createPostgresDriver } from './drivers/postgres.js';
import { createFileApp, fileParts } from './fileApp.js';
import { proxyRequest } from './gateway/proxyRequest.js';
import { createDumpReader } from './drivers/postgresImport.js';
import { databaseKeeper, fileKeeper } from './drivers/stateKeepers.js';
import { runGatewayCommand } from './drivers/gatewayCommands.js';
import { resultOf } from './core/backupResult.js';
import { joinRules, type ValidationRules } from './language/rules.js';
import type { SameMeaning } from './estate/explain.js';
import { type Automation, createAutomation } from './operations/automation.js';
import { backup } from './operations/backup.js';
import { type Care, createCare } from './operations/care.js';
import { compare, type CompareOptions, type CompareSide } from './operations/compare.js';
import {
  checkDrift,
  checkDriftOfAll,
  type Drift,
  type DriftRequest,
  type EnvironmentDrift,
} from './operations/drift.js';
import { createDrills, type Drills } from './operations/drill.js';
import { entityText } from './operations/entityText.js';
import { entityHistory, type EntityHistory, type HistoryRequest } from './operations/entityHistory.js';
import type { Environments } from './operations/environments.js';
import { fillReferences } from './operations/fillReferences.js';
import { findSnapshot, snapshotsOf } from './operations/findSnapshot.js';
import {
  gatewaySchemas,
  type GatewaySchemas,
  type KeptSchemas,
  lastSchemas,
  noCache,
} from './operations/gatewaySchemas.js';
import { createDeclarativeJudge } from './operations/judgeDeclarative.js';
import { type HookRunner, withHooks } from './operations/hooks.js';
import { MigrationLog } from './operations/migration/migrationLog.js';
import { createMigrations, type Migrations } from './operations/migration/migrations.js';
import { createMigrationTools } from './migrationTools.js';
import { type BeforeUpgrade, createBeforeUpgrade } from './operations/beforeUpgrade.js';
import { createKeyRotation, type KeyRotation } from './operations/keyRotation.js';
import { createGuidedRestore, type GuidedRestore } from './operations/guidedRestore.js';
import { createKeptWork, type KeptWork } from './operations/guidedRestoreKept.js';
import { createImportWork, type ImportWork } from './operations/importWork.js';
import { createPartWork, type PartWork } from './operations/partWork.js';
import { createRestores, type Restores } from './operations/restores.js';
import { createRestoreWays, type RestoreWays } from './operations/restoreWays.js';
import { resumeBackup } from './operations/resumeBackup.js';
import { createSchemaCache } from './operations/schemaCache.js';
import { createTargets, noTarget } from './operations/targets.js';
import { createStoreSetup, type StoreSetup, type StoreSetupParts } from './operations/storeSetup.js';
import { createTransfers, type TransferParts, type Transfers } from './operations/transfer.js';
import { validateOnline } from './operations/validateOnline.js';
import { createSmokeChecking, resultOf as resultOfCheck } from './operations/smokeChecks.js';
import { runTool } from './process/toolRunner.js';
import { createAtomicTextFile } from './stores/atomicTextFile.js';
import { createJsonCache } from './stores/jsonCache.js';
import { drillKey, keyFingerprint, makeKey, makePassphraseKey, readKeys } from './stores/keySetup.js';
import { createUpkeep } from './stores/upkeep.js';
import { createLineFolder } from './stores/lineFolder.js';
import { openArchive } from './stores/openArchive.js';
import { writeArchive } from './stores/writeArchive.js';
import { joinStores } from './stores/joinedStores.js';
import {
  createNamedStores,
  type NamedStores,
  type S3Keys,
  type StoresOptions,
  systemCacheFolder,
} from './stores/namedStores.js';

export type { RecoverRequest, RecoveryReport } from './operations/guidedRestoreParts.js';
export type { RecoveryRecord, RecoveryState } from './operations/guidedRestoreState.js';
export type { BeforeUpgradeReport, UpgradePlan } from './operations/beforeUpgrade.js';
export type { PruneOptions, UnlockReport, VerifyReport } from './operations/care.js';
export type { PruneAction, PruneLine } from './operations/planPrune.js';
export type { PruneReport } from './operations/prune.js';
export type { ScheduleRequest } from './operations/automation.js';
export type { EnvironmentBackup } from './operations/backupAll.js';
export type { Drift, DriftRequest, EnvironmentDrift } from './operations/drift.js';
export type { DrillReport } from './operations/drill.js';
export type { DueState } from './operations/schedule.js';
export type { RestorePlan, RestoreReport, RestoreScope } from './operations/restores.js';
export type { RestoreRun, RunState } from './operations/restoreRuns.js';
export type { ScheduleText, Scheduler } from './operations/scheduleText.js';
export type { PartRequest, PlannedPartRestore } from './operations/partWork.js';
export type { Transferred } from './operations/transfer.js';
export type { Verification } from './operations/verifySnapshot.js';

/** What the shell around the app gives it: places, secrets, settings. */
export interface AppOptions {
  /** Absolute path of `kong-environments.yaml`; need not exist. */
  environmentsFile: string;
  /** Absolute path of the folder that snapshots live in; need not exist. */
  snapshotRoot: string;
  /** Absolute path of the folder with `<version>.json` schema facts. */
  schemaFolder: string;
  /** Version of the product, for manifests. */
  version: string;
  /** Path of the deck program, or just `deck` to look on PATH. */
  deckPath: string;
  /** Milliseconds that one request to a gateway may take. */
  requestTimeout: number;
  /** Absolute path of a folder to keep gateways' own schemas in; need not exist. Nothing is kept when absent. */
  schemaCache?: string;
  /** The Admin API token that the shell keeps for an environment (the editor's secret storage); undefined when it has none. */
  storedToken(environment: Environment): Promise<string | undefined>;
  /** The access key that the shell keeps for a store; undefined when it has none. */
  storedStoreKeys?(store: string, s3: S3Section): Promise<S3Keys | undefined>;
  /** Absolute path of a folder that may vanish at any time; the system's own when absent. */
  cacheFolder?: string;
  /** Whether commands that the environments file names may run: not in a workspace that nobody trusts. True when absent. */
  mayRunHooks?(): boolean;
}

export interface EnvironmentProblem {
  /** 0-based, in the environments file. */
  line: number;
  column: number;
  message: string;
}

export interface EnvironmentList {
  environments: Environment[];
  /** What is wrong with the file; the environments that can be read are listed all the same. */
  problems: EnvironmentProblem[];
  /** The stores that have an entry. */
  stores?: StoreSection[];
}

export type NewEnvironment = Omit<Environment, 'id'>;

export interface BackupOptions {
  label?: string;
  note?: string;
  /** Whether no prune removes it until somebody unpins it. */
  pinned?: boolean;
  /** All of the environment's when absent. */
  workspaces?: string[];
  /** What the environment says, else what is recommended, when absent. */
  parts?: PartKind[];
  /** Id of a partial snapshot: only what failed in it is taken anew, and all other choices are its own. */
  resume?: string;
}

export interface Comparison {
  /** What would have to change for the one side to become the other. */
  plan: Plan;
  /** What one side does not show: it may differ or not. */
  unknown: Gap[];
  /** Workspaces of which only one side is known. */
  notCompared: string[];
  /** Only what has all of these tags was compared. */
  selectTags?: string[];
  /** What reads differently and is no difference, where that was asked for. */
  same?: SameMeaning[];
  /** What to know of the sides: a newer snapshot that was passed over … */
  warnings: { code: string; message: string }[];
}

/**
 * A side of a comparison: a gateway, what `snapshot` takes for a name, or a path of a file or a folder of decK's files.
 * `workspace` narrows it down to one, which may have another name on the other side.
 */
export type Side = ({ live: string } | { snapshot: string } | { file: string }) & { workspace?: string };

export type { S3Keys } from './stores/namedStores.js';
export type { SameMeaning, SameReason } from './estate/explain.js';
export type { EntityHistory, EntityVersion, HistoryRequest } from './operations/entityHistory.js';

export interface Validation {
  file: string;
  kind: 'deck' | 'dbless';
  gatewayVersion: string;
  /** Set when the question was what breaks on the way to another version: then the diagnostics are only those. */
  upgradeTo?: string;
  valid: boolean;
  diagnostics: ValidationDiagnostic[];
}

/** What a file is to a gateway that was asked. */
export interface OnlineValidation extends Validation {
  environment: string;
  /** Who was asked: `Kong 3.9.3 (staging)`. */
  gateway: string;
  /** `taken`: all was asked and nothing refused. `unproved`: nothing was refused, but not all could be asked: see `gaps`. */
  verdict: 'taken' | 'refused' | 'unproved';
  /** By what, and about how many entities. */
  asked: { by: string; entities: number }[];
  /** What nobody was asked, or nobody answered. */
  gaps: { kind?: string; count?: number; reason: string }[];
}

export interface OnlineRequest extends Pick<ValidationRequest, 'kind' | 'rules'> {
  /** False to judge by the gateway's own schemas only, without asking it of each entity. */
  ask?: boolean;
}

export interface ValidationRequest {
  kind: 'auto' | 'deck' | 'dbless';
  /** Any version text, for every file, whatever the file says. */
  gatewayVersion?: string;
  /** Any version text, for files that name none themselves. */
  assumedVersion?: string;
  /** Any version text: lists only what breaks on the way to it. */
  upgradeTo?: string;
  /** Goes before what the file of environments says of validation. */
  rules?: ValidationRules;
}

export interface ValidationDiagnostic {
  severity: 'error' | 'warning' | 'information';
  code: string;
  message: string;
  /** `services[0].routes[1].paths[0]`; empty for the file as a whole. */
  path: string;
  /** 0-based LSP positions. */
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
  /** Who says so, where a gateway or tool was asked. */
  source?: string;
}

/** Everything the product can do, for the editor and the CLI alike. */
export interface App
  extends
    Omit<Care, 'whileRestoring'>,
    Transfers,
    Automation,
    StoreSetup,
    KeyRotation,
    PartWork,
    ImportWork,
    BeforeUpgrade,
    KeptWork,
    GuidedRestore,
    Drills,
    Restores,
    RestoreWays {
  environments(): Promise<EnvironmentList>;
  /** @throws KongBackupError `environment-missing`, `environment-invalid`. */
  environment(name: string): Promise<Environment>;
  /** Writes the entry, keeping the file's comments. @throws KongBackupError `environment-invalid` for a name that is taken. */
  addEnvironment(environment: NewEnvironment): Promise<Environment>;
  updateEnvironment(name: string, changes: NewEnvironment): Promise<Environment>;
  removeEnvironment(name: string): Promise<void>;
  /** @param token tried instead of the stored one: for an environment that is being added. */
  probe(environment: NewEnvironment | Environment, context: OperationContext, token?: string): Promise<GatewayInfo>;
  counts(
    environment: Environment,
    workspace: string,
    context: OperationContext,
  ): Promise<{ counts: Counts; gaps: Gap[] }>;
  deck(context: OperationContext): Promise<Availability>;

  /**
   * With the environment's hooks around it. What is returned has a warning `hook-failed` where the one after it failed: the
   * snapshot itself does not.
   */
  backup(environment: Environment, options: BackupOptions, context: OperationContext): Promise<Manifest>;
  /** Newest first. */
  snapshots(environment?: string): Promise<CatalogueEntry[]>;
  /** Whole snapshots only. `name` is an id, a time of an environment (`prod/2026-…`), or `ENV/latest`. */
  snapshot(name: string): Promise<Manifest>;
  readPart(snapshot: string, path: string): Promise<string>;
  pathOf(snapshot: string, file?: string): string | undefined;

  /** @throws KongBackupError `file-unreadable`, `gateway-version-unknown`, `check-unknown`. */
  validate(files: string[], request: ValidationRequest, context: OperationContext): Promise<Validation[]>;
  /**
   * Asks a gateway itself whether it would take files. Nothing is written.
   * @throws KongBackupError `file-unreadable`, `gateway-*`, `workspace-missing`, `tool-*`.
   */
  validateOnline(
    files: string[],
    environment: Environment,
    request: OnlineRequest,
    context: OperationContext,
  ): Promise<OnlineValidation[]>;
  /**
   * A gateway's own schemas of these kinds and plugins; only those are asked for that are not kept from before.
   * @param gateway as a probe gave it. @param options `refresh` to ask for all of them anew.
   */
  gatewaySchemas(
    environment: Environment,
    gateway: GatewayInfo,
    wanted: { kinds: string[]; plugins: string[] },
    options: { refresh?: boolean },
    context: OperationContext,
  ): Promise<GatewaySchemas>;
  /** What is kept of an environment's gateway, for the time when it does not answer. */
  keptSchemas(environment: Environment, context: OperationContext): Promise<KeptSchemas | undefined>;
  /** What the file of environments says under `validation`. @throws KongBackupError `file-unreadable`. */
  validationRules(): Promise<ValidationRules>;
  /** Versions of Kong that files can be held to, oldest first. */
  readonly gatewayVersions: readonly string[];
  /** What would have to change for `from` to become `to`, and what could not be compared. */
  compare(from: Side, to: Side, context: OperationContext, options?: CompareOptions): Promise<Comparison>;
  /** Moves from one gateway to another, walked with the operator. */
  readonly migrations: Migrations;
  /** Sends the checks of an environment through its proxy. @throws KongBackupError `environment-invalid`, `secret-missing`. */
  smokeChecks(environment: Environment, context: OperationContext): Promise<CheckResult[]>;
  /** What changed in a gateway since a snapshot of it. @throws KongBackupError `snapshot-missing`, `gateway-*`. */
  drift(environment: Environment, request: DriftRequest, context: OperationContext): Promise<Drift>;
  /** The same of every environment of the file, one after the other. @throws KongBackupError `cancelled`. */
  driftOfAll(context: OperationContext, told?: (done: EnvironmentDrift) => void): Promise<EnvironmentDrift[]>;
  /** An entity as YAML to be read or compared by eye. */
  entityText(kind: string, fields: JsonObject, secrets: 'masked' | 'shown'): string;
  /** One entity through all snapshots of an environment. @throws KongBackupError `snapshot-without-part` when none holds it. */
  history(environment: string, request: HistoryRequest, context: OperationContext): Promise<EntityHistory>;
}

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
  const parts = {
    store,
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

  const journals = createLineFolder(path.join(options.snapshotRoot, '.restores'));
  const keepers = [databaseKeeper(postgres), fileKeeper(files)];
  const keptWork = createKeptWork({ store, targets, environments, keepers });
  const restores = createRestores({
    ...{ ...parts, journals, environments, targets, runHook, whileRestoring },
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
      snapshot: async (name) => (await findSnapshot(store, name)).manifest,
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
    ...createRestoreWays({ ...restores, journals, environments }),
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
    driftOfAll: async (context, told) =>
      checkDriftOfAll(drifting, (await environments.environments()).environments, context, told),
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

/** What only Enterprise has. */
function enterpriseDrivers(
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

const namedStores = (options: AppOptions, environments: Environments): NamedStores =>
  createNamedStores(storesOptions(options, environments));

function storesOptions(options: AppOptions, { environments }: Environments): StoresOptions {
  const { environmentsFile, snapshotRoot, cacheFolder, storedStoreKeys } = options;
  const baseFolder = path.dirname(environmentsFile);
  const places = { baseFolder, variables: process.env };
  return {
    root: snapshotRoot,
    baseFolder,
    cacheFolder: cacheFolder ?? systemCacheFolder(process.env),
    sections: async () => (await environments()).stores ?? [],
    storeOf: async (name) => (await environments()).environments.find((each) => each.name === name)?.store,
    fill: async (text, place) => (await fillReferences(text, place, places)).text,
    ...(storedStoreKeys && { storedKeys: storedStoreKeys }),
  };
}

function storeSetupParts(options: AppOptions, environments: Environments): StoreSetupParts {
  const opening = storesOptions(options, environments);
  return {
    environments,
    file: createAtomicTextFile(options.environmentsFile),
    keys: {
      make: makeKey,
      makeByPassphrase: (section, passphrase, signal) => makePassphraseKey(section, passphrase, opening, signal),
      read: readKeys,
      fingerprint: keyFingerprint,
      drill: (section, signal) => drillKey(section, opening, signal),
    },
    resolve: (file) => path.resolve(opening.baseFolder, file),
    fill: opening.fill,
  };
}

/** Relative paths in hooks start from the environments file, as all others in it. */
function hookRunner({ environmentsFile, mayRunHooks = () => true }: AppOptions): HookRunner {
  const cwd = path.dirname(environmentsFile);
  return async ({ command: [tool, ...args], variables, timeout }, context) => {
    if (mayRunHooks()) return runTool({ tool, args, env: variables, timeout, cwd, maxOutput: 1_000_000 }, context);
    throw new KongBackupError('tool-failed', {
      place: tool,
      reason: 'Nobody trusts this workspace: it may not run commands.',
      remedy: 'Trust the workspace first.',
    });
  };
}

function transferParts(
  store: TransferParts['store'],
  stores: NamedStores,
  { environments }: Environments,
): TransferParts {
  return {
    store,
    storeOf: (environment) => stores.storeOf(environment),
    openArchive: (file, identityFile, context) =>
      openArchive(file, (storage) => stores.keysFor(storage, identityFile), context),
    async places() {
      const sections = (await environments()).stores ?? [];
      return [undefined, ...sections].map((section) => ({
        ...(section && { name: section.name }),
        async open() {
          const repository = await stores.open(section?.name);
          return {
            store: repository,
            upkeep: createUpkeep(repository.pruning),
            encrypts: section?.encryption !== undefined,
            writeArchive: (id, file, context) => writeArchive(repository, id, file, context),
          };
        },
      }));
    },
  };
}

async function caredStores(stores: NamedStores): Promise<CaredStore[]> {
  const names = [undefined, ...(await stores.names())];
  return names.map((name) => ({
    prefix: name === undefined ? '' : `${name}:`,
    async open() {
      const store = await stores.open(name);
      return { store, upkeep: createUpkeep(store.pruning) };
    },
  }));
}
