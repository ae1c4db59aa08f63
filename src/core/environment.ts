import type {
  Command,
  DatabaseSection,
  FilesSection,
  HooksSection,
  KongSection,
  MigrationSection,
  MongodbSection,
  RestoreSection,
  RetentionSection,
  ScheduleSection,
} from './environmentSections.js';
import type { Override } from './overrides.js';
import type { PartKind } from './part.js';
import type { SmokeCheck } from './smokeChecks.js';

/** How a Kong deployment keeps its configuration. Hybrid is a traditional control plane as far as the Admin API goes. */
export const modes = ['traditional', 'hybrid', 'dbless'] as const;
export type Mode = (typeof modes)[number];

/** Which engine reads and writes entities: decK where it is found (`auto`), or always one of the two. */
export const engines = ['auto', 'deck', 'admin-api'] as const;
export type Engine = (typeof engines)[number];

export const environmentColors = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type EnvironmentColor = (typeof environmentColors)[number];

export interface TlsOptions {
  /** PEM file with the authorities to trust, relative to the environments file. */
  caFile?: string;
  /** PEM files of a client certificate and its key, relative to the environments file. */
  certFile?: string;
  keyFile?: string;
  serverName?: string;
  skipVerify?: boolean;
}

/** One Kong deployment, as `kong-environments.yaml` describes it. It holds no secret. */
export interface Environment {
  /** Made once and never changed, so that snapshots stay with a renamed environment. */
  id: string;
  /** Unique in the file; also the name of the folder of its snapshots. */
  name: string;
  /** Base address of the Admin API, without a trailing slash. */
  adminUrl: string;
  mode: Mode;
  /** Workspaces to back up; all that the gateway has when absent. */
  workspaces?: string[];
  engine?: Engine;
  /** A reference `${env:NAME}` or `${file:path}` to the Admin API token, never the token. Absent: the editor's secret storage. */
  token?: string;
  /** The header that carries the token. `Kong-Admin-Token` when absent. */
  tokenHeader?: string;
  /** Further headers for each request; values may be references too. */
  headers?: Record<string, string>;
  tls?: TlsOptions;
  /** Only entities with all of these tags. */
  selectTags?: string[];
  /** Version of the gateway to validate against when it can't be asked. */
  gatewayVersion?: string;
  /** Its name is typed before a restore. */
  protected?: boolean;
  /** Backed up, never written. */
  readOnly?: boolean;
  /** May be wiped. */
  scratch?: boolean;
  group?: string;
  color?: EnvironmentColor;
  /** Name of an entry of `stores`; the default place when absent. */
  store?: string;
  /** What a backup takes; what the plan recommends when absent. */
  parts?: PartKind[];
  database?: DatabaseSection;
  kong?: KongSection;
  /** The file of a DB-less gateway, as `kong.copy` sees it. */
  declarativeFile?: string;
  files?: FilesSection[];
  keyring?: { recoveryPrivateKeyFile?: string; acknowledged?: boolean };
  /** How kong-portal-cli is run; `[portal]` when absent. */
  portal?: { command?: Command };
  mongodb?: MongodbSection;
  retention?: RetentionSection;
  schedule?: ScheduleSection;
  hooks?: HooksSection;
  restore?: RestoreSection;
  migration?: MigrationSection;
  /** Base address of the proxy, for the checks. */
  proxyUrl?: string;
  /** Requests through the proxy that a restore is judged by. */
  checks?: SmokeCheck[];
  /** What is other here than where a snapshot of another environment comes from. */
  overrides?: Override[];
}

/** An environment with its secrets resolved, in memory only. */
export interface Target {
  environment: Environment;
  /** Every header to send, the token's included. Never logged. */
  headers: Record<string, string>;
  /** PEM texts, read from the files that `environment.tls` names. */
  tls?: { ca?: string; cert?: string; key?: string; serverName?: string; skipVerify?: boolean };
  /** Of the database and of MongoDB, resolved. Never logged. */
  passwords?: { database?: string; mongodb?: string };
  /** Absolute path that relative paths of the environment start from. */
  baseFolder?: string;
}

/** What a probe of the Admin API says. */
export interface GatewayInfo {
  /** As the gateway says it: "3.9.3", "3.10.0.1-enterprise-edition". */
  version: string;
  edition: 'community' | 'enterprise';
  mode: Mode;
  hostname: string;
  /** "postgres", "off" … */
  database: string;
  /** Plugin names that may be configured. */
  plugins: string[];
  /** Workspace names; `["default"]` where the gateway has none. */
  workspaces: string[];
  /** False where the token may not list them: `workspaces` are then those of the environment, and there may be more. */
  workspacesKnown: boolean;
  /** False where `/workspaces` answers 404, as on open source of the 2.x line. */
  hasWorkspaces: boolean;
}

/**
 * What the environments file says of a database, where the gateway says the opposite; in a sentence. `traditional` is also what
 * an entry without `mode` is, so it contradicts nobody.
 */
export function modeContradiction(
  { mode }: Pick<Environment, 'mode'>,
  gateway: Pick<GatewayInfo, 'mode' | 'database'>,
): string | undefined {
  if (mode === 'traditional' || (mode === 'dbless') === (gateway.mode === 'dbless')) return undefined;
  const has = gateway.mode === 'dbless' ? 'has no database' : `has a database (${gateway.database})`;
  return `The environments file says \`mode: ${mode}\`, but the gateway ${has}: correct \`mode\` or \`adminUrl\`.`;
}

export const defaultWorkspace = 'default';
export const defaultTokenHeader = 'Kong-Admin-Token';
