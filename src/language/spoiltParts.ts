import type { SyntaxProblem } from './syntaxProblem.js';
import type { Span } from './tree.js';

/** What the errors of syntax of a text can have spoilt, asked for in the logarithm of their number. */
export class SpoiltParts {
  /** Where the first error stands that spoils all that follows; Infinity without one. */
  readonly allFrom: number;
  /** In the order of the text, none touching the next. */
  private readonly parts: Span[] = [];

  constructor(problems: readonly SyntaxProblem[]) {
    this.allFrom = problems.reduce((first, { within, start }) => (within ? first : Math.min(first, start)), Infinity);
    const spans = problems.flatMap(({ within }) => within ?? []).sort((a, b) => a.start - b.start);
    for (const { start, end } of spans) {
      const last = this.parts.at(-1);
      if (last && start < last.end) last.end = Math.max(last.end, end);
      else this.parts.push({ start, end });
    }
  }

  /** Whether a part that an error is in shares anything with this one. */
  touch({ start, end }: Span): boolean {
    let [from, to] = [0, this.parts.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.parts[middle]!.start < end) from = middle + 1;
      else to = middle;
    }
    const before = this.parts[from - 1];
    return before !== undefined && before.end > start;
  }
}
