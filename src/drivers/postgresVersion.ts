/** A version of PostgreSQL's programs or server. */
export interface PostgresVersion {
  major: number;
  minor: number;
  /** As it says itself: `15.18`. */
  text: string;
}

/** Of `pg_dump (PostgreSQL) 15.18 (Debian …)`, of `15.18 (Debian …)`, of `18beta1`; undefined for anything else. */
export function parsePostgresVersion(text: string): PostgresVersion | undefined {
  const [, number, majorText = '', minorText = '0'] = /(?:^|\) )((\d+)(?:\.(\d+))?(?:\.\d+)?)/.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  const [major, minor] = [Number(majorText), Number(minorText)];
  // Before 10 the second number was part of the major version; none of those is supported any more.
  return { major, minor, text: number };
}

/**
 * The first release of each line whose programs keep a dump from running commands on the machine that restores it
 * (CVE-2025-8714 and CVE-2025-8715). Lines after these were never without it, those before never got it.
 */
const firstPatched: Readonly<Record<number, number>> = { 13: 22, 14: 19, 15: 14, 16: 10, 17: 6 };

/** Whether these client programs keep a dump's text from running commands. */
export function isPatched({ major, minor }: PostgresVersion): boolean {
  const patched = firstPatched[major];
  return patched === undefined ? major > 17 : minor >= patched;
}

/** What to update to, in words. */
export function patchedRelease({ major }: PostgresVersion): string {
  const patched = firstPatched[major];
  return patched === undefined ? 'a release that is still maintained' : `${major}.${patched} or newer`;
}
