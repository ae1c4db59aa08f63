import type { Span } from './tree.js';

/** Something that keeps a text, or a part of it, from being read. */
export interface SyntaxProblem extends Span {
  code: 'yaml-syntax' | 'too-deep' | 'alias-bomb' | 'alias-cycle' | 'not-text' | 'line-too-long' | 'too-large';
  message: string;
  /** The part of the text that the problem can have spoilt; all that follows when absent. */
  within?: Span;
}
