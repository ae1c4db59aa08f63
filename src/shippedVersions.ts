/** Versions of Kong that `schemas` has facts of. The build puts them in: a browser can't list a folder. */
declare const KONG_BACKUP_SHIPPED_VERSIONS: readonly string[];

export const shippedVersions: readonly string[] = KONG_BACKUP_SHIPPED_VERSIONS;
