/** What TLS a PostgreSQL client asks for, in libpq's words. */
export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

/** How `pg_dump` writes, in its own words. */
export const dumpFormats = ['directory', 'custom', 'tar', 'plain'] as const;
export type DumpFormat = (typeof dumpFormats)[number];

/** `auto`: parts of a megabyte or more, by what this machine's Node has. */
export const compressions = ['auto', 'none', 'gzip', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** A program and its arguments. Nothing passes a shell. */
export type Command = [string, ...string[]];

/** A reference `${env:NAME}` or `${file:path}`, never the secret itself. */
export type SecretText = string;

/** The PostgreSQL database behind a gateway. What is absent is libpq's default: its environment variables, then its own. */
export interface DatabaseSection {
  host?: string;
  port?: number;
  name?: string;
  user?: string;
  password?: SecretText;
  schema?: string;
  sslMode?: (typeof sslModes)[number];
  /** Relative to the environments file. */
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  /** Folder of `pg_dump`, `pg_restore` and `psql`; PATH when absent. */
  programs?: string;
  format?: DumpFormat;
  /** Parallel jobs of a dump in directory format. */
  jobs?: number;
}

/** How the `kong` program of the deployment is run. */
export interface KongSection {
  /** The program, with what goes in front: `[docker, exec, kong, kong]`. `[kong]` when absent, behind `copy` where that is given. */
  command?: Command;
  /** Where the gateway's kong.conf is, as the command sees it. */
  conf?: string;
  /** The gateway's prefix folder, as the command sees it. */
  prefix?: string;
  /**
   * What runs a command where the gateway's files are: `[docker, exec, -i, kong]`. This machine when absent. The programs it needs there: docs/methods.md.
   */
  copy?: Command;
  restart?: Command;
  stop?: Command;
  start?: Command;
}

/** Files to keep beside the configuration: kong.conf, certificates, templates. */
export interface FilesSection {
  /** What a person calls them; also their folder in the snapshot. */
  name: string;
  /** Absolute paths or globs. */
  paths: string[];
  exclude?: string[];
  /** What runs a command where the files are: `[ssh, kong-1]`. This machine when absent. */
  command?: Command;
}

export interface MongodbSection {
  host?: string;
  port?: number;
  database?: string;
  user?: string;
  password?: SecretText;
  authDatabase?: string;
  tls?: boolean;
  caFile?: string;
  /** Folder of `mongodump` and `mongorestore`; PATH when absent. */
  programs?: string;
  /** Commands that stop and start what uses the database. */
  stop?: Command;
  start?: Command;
}

/** Which snapshots a prune keeps. Durations such as `12h`, `7d`. */
export interface RetentionSection {
  keepLast?: number;
  keepHourly?: number;
  keepDaily?: number;
  keepWeekly?: number;
  keepMonthly?: number;
  keepYearly?: number;
  keepWithin?: string;
  /** Snapshots with one of these labels. */
  keepLabels?: string[];
  /** Never fewer than so many whole and verified snapshots. 1 when absent. */
  minimum?: number;
  /** From forgetting to deleting. `7d` when absent. */
  grace?: string;
}

export interface ScheduleSection {
  /** Five fields. */
  cron: string;
  /** After so much time without a successful backup the environment is shown as overdue. */
  overdueAfter?: string;
}

export interface HooksSection {
  beforeBackup?: Command;
  afterBackup?: Command;
  beforeRestore?: Command;
  afterRestore?: Command;
  /** For each of them: one that takes longer is ended. `10m` when absent. */
  timeout?: string;
}

/** How a move from blue to green is walked. Written where green is. */
export interface MigrationSection {
  /** Copies the database of a blue that nobody else can read, such as Cassandra. */
  blueBackup?: Command;
  /** Where green's Prometheus metrics are, such as `http://localhost:8100/metrics`. */
  metricsUrl?: string;
  /** Addresses of the operator's own dashboards. */
  dashboards?: string[];
  canary?: {
    /** Sends a share of the traffic to green: `{percent}` stands for it. */
    command: Command;
    /** Sends all of it to blue again. */
    rollback: Command;
    /** How long green is watched at each share. `15m` when absent. */
    hold?: string;
    /** How often. `10s` when absent. */
    every?: string;
    /** Part of green's answers that may be server errors, 0 to 1. 0.01 when absent. */
    maxErrorShare?: number;
    /** Milliseconds that a request may take in the mean; not judged when absent. */
    maxLatency?: number;
  };
}

/** When a restore asks again because of what it would delete. */
export interface RestoreSection {
  /** More deletes than this are asked about again. 50 when absent. */
  maxDeletes?: number;
  /** A greater part of what the gateway has is asked about again, 0 to 1. 0.3 when absent, from ten deletes on. */
  maxDeleteShare?: number;
}

/** A place for snapshots that the environments file names. It has either `folder` or `s3`. */
export interface StoreSection {
  name: string;
  /** Relative to the environments file. */
  folder?: string;
  s3?: S3Section;
  compression?: Compression;
  /** Whether equal pieces of parts are kept once in the store. True when absent. */
  deduplicate?: boolean;
  encryption?: EncryptionSection;
}

export interface S3Section {
  bucket: string;
  /** What the keys begin with, without a slash at its end. */
  prefix?: string;
  region?: string;
  /** For a server that is not Amazon's. */
  endpoint?: string;
  pathStyle?: boolean;
  /** A profile of the standard credential files; the standard chain when neither it nor keys are given. */
  profile?: string;
  accessKeyId?: SecretText;
  secretAccessKey?: SecretText;
  sessionToken?: SecretText;
  /** Credentials that may delete, used by prune and delete alone; those above when absent. */
  pruneProfile?: string;
  pruneAccessKeyId?: SecretText;
  pruneSecretAccessKey?: SecretText;
}

export interface EncryptionSection {
  /** age recipients (`age1…`): a snapshot can be opened with the identity of any of them. */
  recipients?: string[];
  /** File with the identities to open snapshots with, relative to the environments file. */
  identityFile?: string;
  /** Instead of recipients. */
  passphrase?: SecretText;
}
