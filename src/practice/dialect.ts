/** In what the Admin API of Kong's 2.x line differs from today's. */
export interface Dialect {
  /** Open source lists its one workspace. */
  listsWorkspaces: boolean;
  /** The address of the next page repeats the size that was asked for. */
  nextKeepsSize: boolean;
  /** An empty list of tags is refused; before, Kong broke off. */
  refusesNoTags: boolean;
  /** `/schemas/…` tells the checks over several fields too. */
  tellsChecks: boolean;
  /** `/` tells the edition, and of each plugin its version and priority. */
  tellsEdition: boolean;
  /** Format versions of files that are taken; the last is the one that Kong writes. */
  formatVersions: readonly string[];
  /** `/config` refuses names that come twice, and knows `flatten_errors`. */
  judgesStrictly: boolean;
  /** Addresses that came later. */
  missing?: RegExp;
}

const line2: Dialect = {
  listsWorkspaces: true,
  nextKeepsSize: false,
  refusesNoTags: false,
  tellsChecks: false,
  tellsEdition: false,
  formatVersions: ['1.1', '2.1'],
  judgesStrictly: false,
  missing: /^\/timers$|^\/status\/dns$|^\/debug\/|^\/schemas\/(?:filters|vaults)\/|\/filters\//,
};

const line3: Dialect = {
  listsWorkspaces: false,
  nextKeepsSize: true,
  refusesNoTags: true,
  tellsChecks: true,
  tellsEdition: true,
  formatVersions: ['1.1', '2.1', '3.0'],
  judgesStrictly: true,
};

/** @param version of the schema facts: "3.9". */
export function dialectOf(version: string): Dialect {
  return version.startsWith('2.') ? line2 : line3;
}
