import type { ChangeCounts, Plan } from './core/change.js';
import type { OperationContext } from './core/context.js';
import type { Availability, FailedChange } from './core/driver.js';
import type { Environment, GatewayInfo } from './core/environment.js';
import type { CatalogueEntry, Counts, Manifest } from './core/snapshot.js';
import type { Gap } from './core/coverage.js';

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
  /** The Admin API token that the shell keeps for an environment (the editor's secret storage); undefined when it has none. */
  storedToken(environment: Environment): Promise<string | undefined>;
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
}

export type NewEnvironment = Omit<Environment, 'id'>;

export interface BackupOptions {
  label?: string;
  note?: string;
  /** All of the environment's when absent. */
  workspaces?: string[];
}

export interface RestorePlan {
  snapshot: Manifest;
  environment: Environment;
  gateway: GatewayInfo;
  plan: Plan;
  counts: ChangeCounts;
  /** What to know before one says yes: another gateway than the snapshot's, credentials that would break … */
  warnings: { code: string; message: string }[];
}

export interface RestoreReport {
  /** The safety snapshot that brings the state before back; absent when there was nothing to change. */
  safetySnapshot?: string;
  applied: ChangeCounts;
  failed: FailedChange[];
  /** Read back and compared: an empty difference is the proof. */
  verified: boolean;
  /** What still differs. */
  remaining: Plan;
  warnings: { code: string; message: string }[];
  /** Milliseconds. */
  duration: number;
}

/** A side of a comparison: `live:ENV`, a snapshot's id, or a path of a file. */
export type Side = { live: string } | { snapshot: string } | { file: string };

export interface Validation {
  file: string;
  kind: 'deck' | 'dbless';
  gatewayVersion: string;
  valid: boolean;
  diagnostics: ValidationDiagnostic[];
}

export interface ValidationDiagnostic {
  severity: 'error' | 'warning' | 'information';
  code: string;
  message: string;
  /** `services[0].routes[1].paths[0]`; empty for the file as a whole. */
  path: string;
  /** 0-based LSP positions. */
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

/** Everything the product can do, for the editor and the CLI alike. */
export interface App {
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

  backup(environment: Environment, options: BackupOptions, context: OperationContext): Promise<Manifest>;
  /** Newest first. */
  snapshots(environment?: string): Promise<CatalogueEntry[]>;
  /** Whole snapshots only. `name` is an id, a time of an environment (`prod/2026-…`), or `ENV/latest`. */
  snapshot(name: string): Promise<Manifest>;
  readPart(snapshot: string, path: string): Promise<string>;
  pathOf(snapshot: string, file?: string): string | undefined;
  deleteSnapshot(id: string): Promise<void>;

  validate(
    files: string[],
    options: { kind: 'auto' | 'deck' | 'dbless'; gatewayVersion?: string },
    context: OperationContext,
  ): Promise<Validation[]>;
  /** What would have to change for `from` to become `to`. */
  compare(from: Side, to: Side, context: OperationContext): Promise<Plan>;
  planRestore(
    snapshot: string,
    environment: Environment,
    options: { workspaces?: string[] },
    context: OperationContext,
  ): Promise<RestorePlan>;
  /** Applies a plan that was confirmed. @throws KongBackupError; nothing was written unless it says so. */
  restore(plan: RestorePlan, context: OperationContext): Promise<RestoreReport>;
}
