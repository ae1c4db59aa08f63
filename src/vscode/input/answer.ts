/** The answer when a person goes one question back. */
export const back = Symbol('back');

/** Undefined when the person gave up. */
export type Answer<T> = T | typeof back | undefined;

/** Where a question stands among the others. */
export interface Place {
  title: string;
  /** 1-based. */
  step: number;
  totalSteps: number;
  canGoBack: boolean;
}
