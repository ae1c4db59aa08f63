/** The major number of a version text; of one that names none, that of a gateway newer than all that are known. */
export function majorOf(version: string): number {
  const major = parseInt(version, 10);
  return Number.isNaN(major) ? Number.MAX_SAFE_INTEGER : major;
}
