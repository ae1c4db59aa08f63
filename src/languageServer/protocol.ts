/** The id of the language, as `package.json` contributes it. */
export const languageId = 'kong-declarative';

/** What a client may send with `initialize`; none of it is needed. */
export interface InitializationOptions {
  /** Absolute path of the folder with `<version>.json` facts. `schemas` beside the server's own folder when absent. */
  schemaFolder?: string;
}

/** The section of the client's settings that the server asks for. */
export const settingsSection = 'kongBackup.validation';

export interface Settings {
  /** "3.9"; the newest that there are facts for when absent or empty. */
  gatewayVersion?: string;
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
  /** The version of Kong that the file is checked against. */
  gatewayVersion: string;
}
