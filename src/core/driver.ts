import type { Change, ChangeCounts, WorkspacePlan } from './change.js';
import type { OperationContext } from './context.js';
import type { Gap } from './coverage.js';
import type { GatewayInfo, Target } from './environment.js';
import type { KongBackupError } from './errors.js';
import type { JsonObject } from './json.js';
import type { Counts } from './snapshot.js';

/** Asks a gateway who it is. */
export interface GatewayProbe {
  /** @throws KongBackupError `gateway-*`. */
  probe(target: Target, context: OperationContext): Promise<GatewayInfo>;
}

/** Whether a driver can work here and now, and by which tool. */
export type Availability =
  | { available: true; version: string }
  | {
      available: false;
      code:
        | 'tool-missing'
        | 'tool-too-old'
        | 'tool-failed'
        | 'gateway-unreachable'
        | 'gateway-read-only-mode'
        | 'gateway-forbidden'
        | 'key-missing'
        | 'database-unreachable'
        | 'database-denied'
        | 'environment-invalid';
      reason: string;
      remedy: string;
    };

export interface DumpRequest {
  workspace: string;
  /** Absolute path of the file to write; it does not exist yet and ends in `.yaml`. */
  file: string;
  selectTags?: string[];
  /** What was read of the workspace a moment ago. Engines that can write it need not read again. */
  live?: LiveEntities;
  /** Called by engines that can tell, once the gateway was read to its end: what follows is writing. */
  onRead?(): void;
}

export interface Dump {
  counts: Counts;
  /** Kinds that could not be read. */
  gaps: Gap[];
  format: 'deck' | 'dbless';
}

export interface ApplyRequest {
  plan: WorkspacePlan;
  /** Absolute path of the file, in the driver's own format, that the plan was made from. */
  file: string;
  selectTags?: string[];
  /** Told of each step by engines that write change by change. */
  journal?: ApplyJournal;
}

/** Is told what is about to be written and what came of it: it stands on the disk when a promise resolves. */
export interface ApplyJournal {
  /** Before any of them is written. @param changes positions in the plan's list. */
  before(changes: readonly number[]): Promise<void>;
  after(outcomes: readonly { change: number; done: boolean }[]): Promise<void>;
}

/** An entity that is not what the plan saw: somebody else wrote it since. */
export interface MovedEntity {
  /** What was to be written. */
  change: Change;
  /** What the gateway has in its place, perhaps under another id; absent when the entity is gone. */
  now?: JsonObject;
}

/** A change that was tried and failed, or was not tried because the apply stopped before it. */
export interface FailedChange {
  change: Change;
  reason: string;
}

export interface ApplyResult {
  applied: ChangeCounts;
  failed: FailedChange[];
  /** Not empty: the apply stopped there, and changes that were not begun are in neither list. */
  moved?: MovedEntity[];
}

/**
 * One engine for declarative entities. The contract suite under test/contract holds every implementation to this.
 * All calls stop soon after `context.signal` aborts, with KongBackupError `cancelled`.
 */
export interface EntityDriver {
  readonly id: 'deck' | 'admin-api';
  available(target: Target, context: OperationContext): Promise<Availability>;
  /** @throws KongBackupError `gateway-*`, `tool-*`. */
  ping(target: Target, context: OperationContext): Promise<void>;
  /** Writes every entity of one workspace, ids included. @throws KongBackupError `gateway-*`, `tool-*`, `workspace-missing`. */
  dump(target: Target, request: DumpRequest, context: OperationContext): Promise<Dump>;
  /** Asks tool or gateway whether the file would be taken. @returns what is wrong; empty when nothing is. */
  validate(target: Target, file: string, context: OperationContext): Promise<string[]>;
  /** What the engine itself thinks would change: a second opinion beside our own plan. */
  diff(
    target: Target,
    request: { workspace: string; file: string; selectTags?: string[] },
    context: OperationContext,
  ): Promise<ChangeCounts>;
  /** Makes the gateway what the plan says. Collects failures where the engine can go on. */
  apply(target: Target, request: ApplyRequest, context: OperationContext): Promise<ApplyResult>;
}

/** One entity as the Admin API gives it: references are `{ id }`. */
export interface LiveEntity {
  kind: string;
  fields: JsonObject;
}

export interface LiveEntities {
  entities: LiveEntity[];
  counts: Counts;
  gaps: Gap[];
}

/** Reads all that a workspace holds, to plan, count and verify. */
export interface EntityReader {
  /** @throws KongBackupError `gateway-*`, `workspace-missing`. A kind that can't be read is a gap. */
  read(
    target: Target,
    workspace: string,
    options: { selectTags?: string[] },
    context: OperationContext,
  ): Promise<LiveEntities>;
  /** Counts by kind without keeping the entities. */
  count(target: Target, workspace: string, context: OperationContext): Promise<{ counts: Counts; gaps: Gap[] }>;
}

/** Kinds and plugins whose schemas somebody needs. */
export interface WantedSchemas {
  kinds: Iterable<string>;
  plugins: Iterable<string>;
}

/** A gateway's own schemas, as `/schemas/*` answers, by name. */
export interface RawSchemas {
  entities: Record<string, JsonObject>;
  plugins: Record<string, JsonObject>;
  /** Those that could not be asked for. One that the gateway does not have is just not there. */
  failed: { name: string; error: KongBackupError }[];
}

export interface SchemaReader {
  /** @throws KongBackupError `cancelled` only: what else goes wrong is told with what was read. */
  schemas(target: Target, wanted: WantedSchemas, context: OperationContext): Promise<RawSchemas>;
}

/** An entity that a gateway's schema of its kind is asked about. */
export interface EntityQuestion {
  kind: string;
  value: JsonObject;
}

/** What a gateway says of it. `unknown`: nobody knows, because the gateway has no such schema or does not answer for it. */
export type EntityAnswer =
  | { verdict: 'taken' }
  | { verdict: 'refused'; message: string; fields: JsonObject }
  | { verdict: 'unknown'; reason: string };

export interface EntityJudge {
  /**
   * Asks a gateway of each entity whether its schema would take it; nothing is written, with or without a database.
   * Whether references lead anywhere is not among what it checks.
   * @returns an answer for each question, in their order. @throws KongBackupError `gateway-*`, `cancelled`.
   */
  judge(
    target: Target,
    request: { workspace: string; questions: readonly EntityQuestion[] },
    context: OperationContext,
  ): Promise<EntityAnswer[]>;
}

/** What a tool has against a file, in its own words. */
export interface FileJudgement {
  /** `decK 1.55.0`, `kong config parse`. */
  tool: string;
  /** False for a tool that looks at the file alone. */
  asksGateway: boolean;
  /** Empty when the file is taken. */
  text: string;
  /** What the words mean if they are not about the file. */
  failure(): KongBackupError;
}

export interface FileJudge {
  /** Asks a tool whether a file would be taken; nothing is written. @throws KongBackupError `tool-*`, `gateway-*`, `cancelled`. */
  judgeFile(
    target: Target,
    request: { workspace: string; file: string },
    context: OperationContext,
  ): Promise<FileJudgement>;
}
