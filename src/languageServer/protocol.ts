/** The id of the language, as `package.json` contributes it. */
export const languageId = 'kong-declarative';
export const kongConfLanguageId = 'kong-conf';

/** What a client may send with `initialize`; none of it is needed. */
export interface InitializationOptions {
  /** Absolute path of the folder with `<version>.json` facts. `schemas` beside the server's own folder when absent. */
  schemaFolder?: string;
  /** True for a client that has a gateway's schemas to give when it is told which are used. */
  gatewaySchemas?: boolean;
  /** Which of the commands that lenses name the client has; it is shown no other lens that does something. */
  lensCommands?: readonly (keyof typeof lensCommands)[];
  /** The last part of the environments file's name, where it is not `kong-environments.yaml`. */
  environmentsFile?: string;
  /** True where somebody else says what is no YAML, so that nothing is said twice. */
  yamlIsChecked?: boolean;
  /** True for a client that wants to be told of diagnostics though it could ask for them: that is the quicker way. */
  pushDiagnostics?: boolean;
}

/** The section of the client's settings that the server asks for. */
export const settingsSection = 'kongBackup.validation';

export interface Settings {
  /** "3.9"; the environment's, or the one that is assumed, when absent or empty. */
  gatewayVersion?: string;
  /** By code: `off`, `information`, `warning` or `error`. */
  severity?: Record<string, string>;
  /** Plugins that the gateway has and nobody has a schema of. */
  customPlugins?: string[];
}

/** Tells the server of the gateway that the person works with, and what the workspace decided. Sent whenever that changes. */
export const surroundingsNotification = 'kongBackup/surroundings';

export interface Surroundings {
  environment?: {
    name: string;
    /** As the gateway says it: "3.9.3"; absent while nobody knows it. */
    gatewayVersion?: string;
    /** Plugins that the gateway has; absent while nobody asked it. */
    plugins?: string[];
    /** As the gateway says it: open source has none of the plugins of Enterprise. */
    edition?: 'community' | 'enterprise';
  };
  /** The `validation` of the file of environments: `severity` and `customPlugins` as in the settings. */
  rules?: Pick<Settings, 'severity' | 'customPlugins'>;
}

/** Asks what an open file is taken for; answers `null` for a file that is not open or not Kong's. */
export const fileInfoRequest = 'kongBackup/fileInfo';

export interface FileInfoParams {
  uri: string;
}

export interface FileInfo {
  kind: 'deck' | 'dbless';
  /** Why, in a sentence. */
  reason: string;
  /** The version of Kong whose schemas the file is checked against. */
  gatewayVersion: string;
  /** The version that was asked for; the schemas are those of the nearest one at or below. */
  askedVersion: string;
  /** Who named the version: a comment in the file, the settings, an environment, nobody. */
  versionSource: 'file' | 'setting' | 'environment' | 'assumed';
  environment?: string;
  /** Versions that there are schemas of, oldest first. */
  versions: readonly string[];
}

/** Tells a client that has `gatewaySchemas` what kinds and plugins the open files are made of, each time it is more. */
export const schemasUsedNotification = 'kongBackup/schemasUsed';

export interface SchemasUsed {
  kinds: string[];
  plugins: string[];
}

/** Gives the server schemas of the gateway that the person works with, in place of all that it was given before. */
export const gatewaySchemasNotification = 'kongBackup/gatewaySchemas';

export interface GatewaySchemas {
  /** As the gateway says it; absent to take everything back. */
  gatewayVersion?: string;
  /** What the gateway answered on `/schemas/<kind>` and `/schemas/plugins/<name>`, by name, as it came. */
  entities?: Record<string, object>;
  plugins?: Record<string, object>;
}

/** Commands that lenses name, for a client that has them; their arguments are of the protocol. */
export const lensCommands = {
  /** `(uri, position, locations)` */
  uses: 'kongBackup.lens.uses',
  /** `(uri)` */
  compare: 'kongBackup.lens.compare',
  /** `(workspace, kind, name)` */
  history: 'kongBackup.lens.history',
  /** `(uri, workspace, kind, name)` */
  restore: 'kongBackup.lens.restore',
} as const;

/** What a server that runs in a web worker asks its client for: the client reaches files, the worker reaches none. */
export const clientFileRequests = {
  /** `{ version }`: the text of `<version>.json` of the facts. */
  facts: 'kongBackup/files/facts',
  /** `{ uri }` of a folder: the URIs of its files. */
  list: 'kongBackup/files/list',
  /** `{ uri }`: when it was changed, in milliseconds, and how many bytes it has. */
  stat: 'kongBackup/files/stat',
  /** `{ uri }`: its text. */
  read: 'kongBackup/files/read',
} as const;

/** What the server in a web worker answers besides: jobs that need no gateway. A failure carries `JobFailure` as its data. */
export const webJobRequests = {
  /** `{ from, to }`, each a name and a text: a comparison. */
  compare: 'kongBackup/web/compare',
  /** `{ file, request }`: what is wrong with a name and a text. */
  validate: 'kongBackup/web/validate',
} as const;

/** An error of ours, as it goes through a protocol that knows numbers and a sentence only. */
export interface JobFailure {
  code: string;
  place: string;
  reason: string;
  remedy: string;
}
