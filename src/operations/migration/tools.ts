import type { BackupPlan } from '../../core/backupPlan.js';
import type { OperationContext } from '../../core/context.js';
import type { Environment, GatewayInfo } from '../../core/environment.js';
import type { Command } from '../../core/environmentSections.js';
import type { JsonObject } from '../../core/json.js';
import type { PartKind } from '../../core/part.js';
import type { Counts, Manifest } from '../../core/snapshot.js';
import type { Drift } from '../drift.js';
import type { PartWork } from '../partWork.js';
import type { Restores } from '../restores.js';
import type { CheckAnswer } from '../smokeChecks.js';

/** A login whose secret no dump brings over: its name, never its value. */
export interface LoginToRecreate {
  workspace: string;
  /** `basicauth_credentials`, `oauth2_credentials`, `admins`, `rbac_users` … */
  kind: string;
  /** On the gateway. */
  id: string;
  /** What a person calls it: `ann of consumer ann`. */
  label: string;
  /** Its own name, without whose it is: `ann`. */
  name?: string;
  /** Its address on the Admin API, where its secret can be set there. */
  path?: string;
}

/** What the steps of a migration are done with: the product's own jobs, each as elsewhere. */
export interface MigrationTools extends Pick<PartWork, 'restorePart'>, Pick<Restores, 'planRestore' | 'restore'> {
  probe(environment: Environment, context: OperationContext): Promise<GatewayInfo>;
  planBackup(environment: Environment, context: OperationContext): Promise<BackupPlan>;
  counts(environment: Environment, workspace: string, context: OperationContext): Promise<{ counts: Counts }>;
  /** Names of the plugins that are configured in these workspaces. */
  pluginsInUse(environment: Environment, workspaces: readonly string[], context: OperationContext): Promise<string[]>;
  backup(
    environment: Environment,
    request: { label: string; note?: string; parts?: PartKind[] },
    context: OperationContext,
  ): Promise<Manifest>;
  /** @returns what is wrong with it, each a sentence. */
  verifyDeep(snapshot: string, context: OperationContext): Promise<string[]>;
  snapshot(id: string): Promise<Manifest>;
  drift(environment: Environment, snapshot: string, context: OperationContext): Promise<Drift>;
  checks(environment: Environment, context: OperationContext): Promise<CheckAnswer[]>;
  /** Runs an operator's own command. Its exit code is an answer. @throws KongBackupError `tool-*`, `cancelled`. */
  run(
    command: Command,
    variables: Readonly<Record<string, string>>,
    context: OperationContext,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }>;
  /** `GET /status` of the Admin API. */
  status(environment: Environment, context: OperationContext): Promise<JsonObject>;
  /** Prometheus' text from an address; undefined where nothing answers with 200. */
  metrics(environment: Environment, url: string, context: OperationContext): Promise<string | undefined>;
  loginsToRecreate(snapshot: string, context: OperationContext): Promise<LoginToRecreate[]>;
  /** Gives logins new secrets on a gateway: their own, or one that is made. @returns each that was written, with its new secret, and each that was refused. */
  recreateLogins(
    environment: Environment,
    logins: readonly (LoginToRecreate & { secret?: string })[],
    context: OperationContext,
  ): Promise<{
    written: { login: LoginToRecreate; secret: string }[];
    failed: { login: LoginToRecreate; reason: string }[];
  }>;
  /** Writes a text into a new file that only one age recipient can open. @throws KongBackupError `key-wrong`, `store-unwritable`. */
  seal(text: string, recipient: string, file: string): Promise<void>;
  /** @throws KongBackupError `store-unwritable` where a file can't be made, or is there already; as `seal` for a wrong recipient. */
  refuseFile(file: string, recipient: string): Promise<void>;
  /** Resolves after so long. @throws KongBackupError `cancelled`. @param time milliseconds. */
  wait(time: number, context: OperationContext): Promise<void>;
  now(): Date;
}
