import type { PartKind } from './part.js';

/** `partly`: some of them, or all of them but not as they were. */
export type CoverageState = 'held' | 'partly' | 'not-held';

/** What one part holds of one kind. */
export interface CoverageCell {
  part: PartKind;
  /** `none`: the part is no place for this kind. */
  state: CoverageState | 'none';
  /** How many it holds. */
  count?: number;
  /** Why not all of it or not as it was, each a sentence. */
  notes: string[];
}

/** A kind of thing that a gateway has. */
export interface CoverageRow {
  /** Kind of entity (`services`), or the part itself where nothing smaller is known. */
  kind: string;
  /** The part that it belongs to by its nature. */
  part: PartKind;
  /** How many the gateway has; absent where nobody knows. */
  count?: number;
  /** The best of its cells. */
  state: CoverageState;
  /** A cell a column, in their order. */
  cells: CoverageCell[];
  /** Why it is not held as a whole, and what to do about it, each a sentence. Empty when it is held. */
  notes: string[];
}

/** What a backup would hold, or does hold: kinds of things against the parts that hold them. */
export interface CoverageMatrix {
  columns: { part: PartKind; driver: string }[];
  /** Entities first, by name; then what belongs to other parts. */
  rows: CoverageRow[];
  totals: Record<CoverageState, number>;
}
