/** What a long job is doing; the UI has words for each step. */
export type Step =
  | 'probe'
  | 'read'
  | 'write'
  | 'validate'
  | 'count'
  | 'publish'
  | 'checksum'
  | 'preflight'
  | 'plan'
  | 'safety-snapshot'
  | 'apply'
  | 'verify'
  | 'delete'
  | 'checks';

export interface Progress {
  step: Step;
  /** What the step is about, as a person knows it: a workspace, an entity kind, a file. */
  subject?: string;
  /** How many of `total` are done. */
  done?: number;
  total?: number;
}

/** Messages for the log. Callers redact nothing themselves: every sink passes messages through `redact`. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What every operation and driver call gets: how to stop, where to report, where to log. */
export interface OperationContext {
  readonly signal: AbortSignal;
  readonly log: Logger;
  report(progress: Progress): void;
}

const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A context that reports to nobody: for tests and for calls that are over in a moment. */
export function quietContext(signal: AbortSignal = new AbortController().signal): OperationContext {
  return { signal, log: silentLogger, report() {} };
}

/** The same context for a job within a job: all that it reports counts as this one step. */
export function withinStep(context: OperationContext, step: Step): OperationContext {
  const { signal, log } = context;
  return { signal, log, report: (progress) => context.report({ ...progress, step }) };
}
