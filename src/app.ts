import type { OperationContext, Progress } from './core/context.js';
import type { Gap } from './core/coverage.js';
import type { Availability } from './core/driver.js';
import type { S3Section, StoreSection } from './core/environmentSections.js';
import type { Environment, GatewayInfo } from './core/environment.js';
import type { JsonObject } from './core/json.js';
import type { PartKind } from './core/part.js';
import type { CatalogueEntry, Counts, Manifest } from './core/snapshot.js';
import type { CheckResult } from './core/smokeChecks.js';
import type { ValidationRules } from './language/rules.js';
import type { Automation } from './operations/automation.js';
import type { Care } from './operations/care.js';
import type { Comparison as Compared, CompareOptions } from './operations/compare.js';
import type { Drift, DriftRequest, EnvironmentDrift } from './operations/drift.js';
import type { Drills } from './operations/drill.js';
import type { EntityHistory, HistoryRequest } from './operations/entityHistory.js';
import type { GatewaySchemas, KeptSchemas } from './operations/gatewaySchemas.js';
import type { Migrations } from './operations/migration/migrations.js';
import type { BeforeUpgrade } from './operations/beforeUpgrade.js';
import type { KeyRotation } from './operations/keyRotation.js';
import type { GuidedRestore } from './operations/guidedRestore.js';
import type { KeptWork } from './operations/guidedRestoreKept.js';
import type { ImportWork } from './operations/importWork.js';
import type { PartWork } from './operations/partWork.js';
import type { Restores } from './operations/restores.js';
import type { RestoreWays } from './operations/restoreWays.js';
import type { StoreSetup } from './operations/storeSetup.js';
import type { Transfers } from './operations/transfer.js';
import type { S3Keys } from './stores/namedStores.js';

export { createApp } from './composition/createApp.js';
export type { RecoveryPlan } from './operations/guidedRestorePlan.js';
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
  /** Told of a store that takes its time to be listed: when much in it is not known yet. */
  onListing?(progress: Progress): void;
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

export interface Comparison extends Omit<Compared, 'narrowedTo'> {
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
  /** Why it was taken for that, in a sentence; absent where the kind was given. */
  kindReason?: string;
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
