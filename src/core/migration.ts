import { KongBackupError } from './errors.js';
import type { Json } from './json.js';

/**
 * The steps of a move from blue to green, in the order of Kong's guide: preparation, execution, traffic cut over. Building green
 * and its database comes before: `platform-check` looks at what was built.
 */
export const migrationSteps = [
  'platform-check',
  'change-embargo',
  'blue-backup',
  'observability',
  'go-no-go-execution',
  'configuration-dump',
  'configuration-sync',
  'credentials',
  'regression-tests',
  'go-no-go-cut-over',
  'canary-1',
  'canary-5',
  'canary-10',
  'canary-50',
  'canary-100',
  'take-down',
] as const;
export type MigrationStep = (typeof migrationSteps)[number];

export const migrationFormat = 1;

/** Something that a step noticed. `stop`: the next step waits until a person says why to go on. */
export interface StepFinding {
  severity: 'stop' | 'attention' | 'information';
  message: string;
  /** What to do about it. */
  remedy?: string;
}

/** `attention`: it did what it could, and something of it needs a look. */
export type StepResult = 'done' | 'attention' | 'failed' | 'cancelled';

/** What a step came to. */
export interface StepOutcome {
  result: StepResult;
  /** One sentence. */
  summary: string;
  /** Names and numbers for the report. */
  figures: Record<string, number | string>;
  findings: StepFinding[];
  /** What later steps want to know. Never a secret. */
  data?: Json;
}

/** What happened in a migration: lines of a file that only grows. */
export type MigrationEvent = { at: string; by: string } & (
  | { event: 'created'; formatVersion: number; blue: MigrationSide; green: MigrationSide }
  /** `owner` names the process, `run` this run of the step. */
  | { event: 'begun'; step: MigrationStep; owner: string; run: string }
  | ({ event: 'ended'; step: MigrationStep; run: string } & StepOutcome)
  /** A run that found that somebody else's began a moment before: it did nothing. */
  | { event: 'withdrawn'; step: MigrationStep; run: string }
  | { event: 'decided'; step: MigrationStep; decision: 'go' | 'no-go'; reason: string }
  /** A person goes on although a step found something to stop for, or leaves a step out. */
  | { event: 'overridden'; step: MigrationStep; reason: string }
  | { event: 'noted'; step: MigrationStep; note: string }
  /** All traffic was sent to blue again, or was to be: `step` is the split that was tried last. */
  | { event: 'rolled-back'; step: MigrationStep; command: string; exitCode: number; said: string }
  /** Nobody goes on with it: it was given up, or another one took its place. */
  | { event: 'closed'; reason: string }
);

/** An environment, as it was called when the migration began. */
export interface MigrationSide {
  id: string;
  name: string;
}

export type StepStatus = 'open' | 'running' | 'done' | 'attention' | 'stopped' | 'failed' | 'cancelled' | 'left-out';

/** One run of a step. */
export interface StepRun {
  id: string;
  begunAt: string;
  by: string;
  /** The process that ran it. */
  owner: string;
  /** Absent while it runs, and for ever where the program was killed. */
  endedAt?: string;
  outcome?: StepOutcome;
}

export interface StepState {
  step: MigrationStep;
  status: StepStatus;
  runs: StepRun[];
  decision?: { decision: 'go' | 'no-go'; reason: string; at: string; by: string };
  override?: { reason: string; at: string; by: string };
  /** When the traffic went back to blue after its last run. */
  rolledBackAt?: string;
  notes: { note: string; at: string; by: string }[];
}

/** A migration as its events tell it. */
export interface Migration {
  id: string;
  createdAt: string;
  createdBy: string;
  blue: MigrationSide;
  green: MigrationSide;
  /** All steps, in their order. */
  steps: StepState[];
  /** The first that is not over; undefined once all are, and of one that was closed. */
  next: MigrationStep | undefined;
  /** Set once nobody goes on with it. */
  closed?: { reason: string; at: string; by: string };
}

const isOver = ({ status }: StepState): boolean => ['done', 'attention', 'left-out'].includes(status);

/** @throws KongBackupError `migration-unreadable` for events that make no migration, or one of a newer format. */
export function migrationOf(id: string, events: readonly MigrationEvent[]): Migration {
  const [first, ...rest] = events;
  if (first?.event !== 'created') throw unreadable(id, 'Its first line does not say what is migrated.');
  if (first.formatVersion !== migrationFormat) {
    throw unreadable(
      id,
      `It has format ${first.formatVersion}; this version knows format ${migrationFormat}.`,
      'Go on with the version of Kong Backup & Restore that began it.',
    );
  }
  const steps = migrationSteps.map((step): StepState => ({ step, status: 'open', runs: [], notes: [] }));
  let closed: Migration['closed'];
  for (const event of rest) {
    if (event.event === 'closed') {
      closed ??= { reason: event.reason, at: event.at, by: event.by };
      continue;
    }
    const state = 'step' in event ? steps.find(({ step }) => step === event.step) : undefined;
    if (!state) throw unreadable(id, `It names a step that there is not.`);
    take(state, event);
    reopen(steps, event);
  }
  const { at, by, blue, green } = first;
  const next = closed ? undefined : steps.find((step) => !isOver(step))?.step;
  return { id, createdAt: at, createdBy: by, blue, green, steps, next, ...(closed && { closed }) };
}

function take(state: StepState, event: Exclude<MigrationEvent, { event: 'closed' }>): void {
  const { at, by } = event;
  switch (event.event) {
    case 'begun':
      state.runs.push({ id: event.run, begunAt: at, by, owner: event.owner });
      state.status = 'running';
      // What was said of an earlier run says nothing of this one.
      delete state.override;
      delete state.decision;
      delete state.rolledBackAt;
      return;
    case 'ended': {
      const { result, summary, figures, findings, data } = event;
      const run = state.runs.find(({ id }) => id === event.run);
      if (!run) return;
      run.endedAt = at;
      run.outcome = { result, summary, figures, findings, ...(data !== undefined && { data }) };
      const stops = findings.some(({ severity }) => severity === 'stop');
      state.status = stops && (result === 'done' || result === 'attention') ? 'stopped' : result;
      return;
    }
    case 'withdrawn':
      state.runs = state.runs.filter(({ id }) => id !== event.run);
      return;
    case 'decided':
      state.decision = { decision: event.decision, reason: event.reason, at, by };
      state.status = event.decision === 'go' ? 'done' : 'stopped';
      return;
    case 'overridden':
      state.override = { reason: event.reason, at, by };
      state.status = state.runs.length === 0 ? 'left-out' : 'attention';
      return;
    case 'noted':
      state.notes.push({ note: event.note, at, by });
      return;
    case 'rolled-back': {
      const said = event.said === '' ? '' : ` ${event.said}`;
      const note = `Rolled back by ${event.command}: exit code ${event.exitCode}.${said}`;
      state.notes.push({ note, at, by });
      return;
    }
    case 'created':
  }
}

/** What was done and is done no more: green has no traffic after a roll back, and not what a newer dump says. */
function reopen(steps: readonly StepState[], event: MigrationEvent): void {
  const isOpened = (step: MigrationStep): boolean => {
    if (event.event === 'rolled-back') return event.exitCode === 0 && (isCutOver(step) || step === 'take-down');
    return event.event === 'ended' && event.step === 'configuration-dump' && step === 'configuration-sync';
  };
  for (const state of steps) {
    if (!isOpened(state.step) || state.status === 'open' || state.status === 'left-out') continue;
    state.status = 'open';
    delete state.override;
    if (event.event === 'rolled-back') state.rolledBackAt = event.at;
  }
}

/** One of these that is not over and writes to the same green: two of them get in each other's way. */
export const underWay = (
  all: readonly (Migration | { id: string; error: unknown })[],
  green: string,
): Migration | undefined =>
  all.find((each): each is Migration => !('error' in each) && each.next !== undefined && each.green.name === green);

/** Whether a step sends traffic to green. */
export const isCutOver = (step: MigrationStep): boolean => step.startsWith('canary-');

/** Whether a person decides a step: nothing is run. */
export const isCheckpoint = (step: MigrationStep): boolean => step.startsWith('go-no-go-');

/** What the last run of a step that came to an end found out. */
export function outcomeOf({ steps }: Migration, step: MigrationStep): StepOutcome | undefined {
  return steps.find((each) => each.step === step)?.runs.findLast(({ outcome }) => outcome)?.outcome;
}

export function unreadable(
  id: string,
  reason: string,
  remedy = 'Put the file back as it was, from a copy; or start a new migration: what was done stays done.',
): KongBackupError {
  return new KongBackupError('migration-unreadable', { place: id, reason, remedy });
}
