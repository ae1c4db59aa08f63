/** A part of a text. An object of its own, so that equal ones stay two. */
export interface Piece {
  readonly text: string;
}

export interface PieceDiff {
  equal: [before: Piece, after: Piece][];
  changed: [before: Piece, after: Piece][];
  removed: Piece[];
  added: Piece[];
}

/** How far to look for where two lists meet again: beyond that, keys tell. */
const lookAhead = 16;

/**
 * Which pieces are in both lists, in whatever order.
 * @param keyOf what makes a piece of one list the same as one of the other. Asked only of those that are not where they were.
 * @returns undefined when two pieces that have to be told apart have one key.
 */
export function diffPieces(
  before: readonly Piece[],
  after: readonly Piece[],
  keyOf: (piece: Piece) => string,
): PieceDiff | undefined {
  const diff: PieceDiff = { equal: [], changed: [], removed: [], added: [] };
  const [leftBefore, leftAfter] = inPlace(before, after, diff);
  const byKey = new Map<string, Piece>();
  for (const piece of leftBefore) byKey.set(keyOf(piece), piece);
  if (byKey.size < leftBefore.length) return undefined;
  const seen = new Set<string>();
  for (const piece of leftAfter) {
    const key = keyOf(piece);
    if (seen.has(key)) return undefined;
    seen.add(key);
    const other = byKey.get(key);
    if (!other) {
      diff.added.push(piece);
      continue;
    }
    byKey.delete(key);
    (other.text === piece.text ? diff.equal : diff.changed).push([other, piece]);
  }
  diff.removed.push(...byKey.values());
  return diff;
}

/** Walks both lists side by side. @returns what was not met. */
function inPlace(before: readonly Piece[], after: readonly Piece[], diff: PieceDiff): [Piece[], Piece[]] {
  const [leftBefore, leftAfter]: [Piece[], Piece[]] = [[], []];
  let [i, j] = [0, 0];
  /** Lists in another order never meet: then looking on is for nothing. */
  let missed = 0;
  while (i < before.length && j < after.length) {
    const [one, other] = [before[i] as Piece, after[j] as Piece];
    if (one.text === other.text) {
      diff.equal.push([one, other]);
      i++;
      j++;
      missed = 0;
      continue;
    }
    const skip = missed < lookAhead ? meeting(before, i, after, j) : [1, 1];
    missed = skip ? 0 : missed + 1;
    const [ahead = 1, aheadAfter = 1] = skip ?? [];
    for (let n = 0; n < ahead && i < before.length; n++) leftBefore.push(before[i++] as Piece);
    for (let n = 0; n < aheadAfter && j < after.length; n++) leftAfter.push(after[j++] as Piece);
  }
  while (i < before.length) leftBefore.push(before[i++] as Piece);
  while (j < after.length) leftAfter.push(after[j++] as Piece);
  return [leftBefore, leftAfter];
}

/** The nearest place where one list has what the other has here, or what follows here in both. */
function meeting(
  before: readonly Piece[],
  i: number,
  after: readonly Piece[],
  j: number,
): [number, number] | undefined {
  if (before[i + 1]?.text === after[j + 1]?.text) return [1, 1];
  for (let n = 1; n <= lookAhead; n++) {
    if (before[i]?.text === after[j + n]?.text) return [0, n];
    if (before[i + n]?.text === after[j]?.text) return [n, 0];
  }
  return undefined;
}
