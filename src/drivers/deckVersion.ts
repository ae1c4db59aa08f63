/** A decK version, and the words it understands. */
export interface DeckVersion {
  major: number;
  minor: number;
  patch: number;
  /** "1.4.0" */
  text: string;
}

/** `old`: `deck dump|sync|diff|validate -s FILE`. `new`: `deck gateway …` and `deck file …`. */
export type DeckDialect = 'old' | 'new';

export const oldestDeck = '1.4.0';

/** @param output of `deck version`: "decK v1.55.0 (abc1234)". Undefined when it is not decK that speaks. */
export function parseDeckVersion(output: string): DeckVersion | undefined {
  const match = /^decK v?(\d+)\.(\d+)\.(\d+)/m.exec(output);
  if (!match) return undefined;
  const [major, minor, patch] = match.slice(1).map(Number) as [number, number, number];
  return { major, minor, patch, text: `${major}.${minor}.${patch}` };
}

/** @param wanted "1.28.0" */
export function isAtLeast({ major, minor, patch }: DeckVersion, wanted: string): boolean {
  const [wantedMajor = 0, wantedMinor = 0, wantedPatch = 0] = wanted.split('.').map(Number);
  if (major !== wantedMajor) return major > wantedMajor;
  if (minor !== wantedMinor) return minor > wantedMinor;
  return patch >= wantedPatch;
}

export function dialectOf(version: DeckVersion): DeckDialect {
  return isAtLeast(version, '1.28.0') ? 'new' : 'old';
}

/** Client certificates are flags since this version. */
export function knowsClientCertificates(version: DeckVersion): boolean {
  return isAtLeast(version, '1.11.0');
}

/** Earlier versions write a default where a file says 0. */
export function canSetZero(version: DeckVersion): boolean {
  return isAtLeast(version, '1.11.0');
}

/** Has a flag to leave certificates of authorities alone. */
export function canSkipAuthorities(version: DeckVersion): boolean {
  return isAtLeast(version, '1.12.0');
}

/** Kinds that decK learned late, and when. What an older one meets of them it leaves out without a word. */
const learned: readonly (readonly [kind: string, since: string])[] = [
  ['vaults', '1.16.0'],
  ['consumer_groups', '1.17.0'],
  ['filter_chains', '1.29.0'],
  ['partials', '1.46.0'],
  ['keys', '1.48.0'],
  ['key_sets', '1.48.0'],
];

/** Kinds of entities that this decK leaves out of a dump. */
export function kindsUnknownTo(version: DeckVersion): string[] {
  return learned.filter(([, since]) => !isAtLeast(version, since)).map(([kind]) => kind);
}

/** Whether it was made with Kong 3 in mind: earlier ones drop fields that came later, such as `enabled` of a service. */
export function knowsKong3(version: DeckVersion): boolean {
  return isAtLeast(version, '1.15.0');
}
