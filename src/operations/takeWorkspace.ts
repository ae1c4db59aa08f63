import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Dump, EntityReader, LiveEntities } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { ArtifactFile, Counts, PartRecord } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import { countKinds } from '../estate/countKinds.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { type KongDocument, readDocument } from '../language/document.js';
import { type CountDifference, differingCounts, formatDifferences } from './counting.js';
import { type Engine, isEngineFailure } from './engines.js';
import { plainValue, readingOf } from './quickYaml.js';

/** A gateway that changes while it is read is read again so often. */
const attempts = 3;

export interface TakeRequest {
  target: Target;
  workspace: string;
  /** In the order in which to try them. */
  engines: readonly [Engine, ...Engine[]];
  reader: EntityReader;
  /** What was read of it a moment ago; then it is written and not read again. */
  seen?: SeenWorkspace | undefined;
  /** Absolute path of the folder to write into. */
  directory: string;
}

/** What was read of a workspace, and how much of each kind there was when it was read the time before. */
export interface SeenWorkspace {
  live: LiveEntities;
  counts: Counts;
}

/** One workspace on disk: its part of the manifest, what it lacks, and its entities. */
export interface TakenWorkspace {
  part: PartRecord;
  gaps: Gap[];
  text: string;
  file: DeckFile;
  /** The text as it was read, where that is what the checks read too. */
  document?: KongDocument;
}

/**
 * Dumps one workspace with the first engine that holds all of it: the file is read back and its counts are compared with
 * the gateway's own. The last engine may lack whole kinds, which are named as gaps; half a kind is a failed read.
 * @throws KongBackupError `gateway-read-incomplete` when the counts differ to the end.
 */
export async function takeWorkspace(request: TakeRequest, context: OperationContext): Promise<TakenWorkspace> {
  const { engines, workspace } = request;
  const last = engines.at(-1) ?? engines[0];
  for (const engine of engines.slice(0, -1)) {
    try {
      const draft = await takeDraft(engine, request, context);
      const [problem] = draft.read.file.problems;
      if (draft.differences.length === 0 && draft.lacking.length === 0 && !problem) {
        return finish(engine, draft, request);
      }
      const reason = formatDifferences(draft.differences) || draft.lacking[0]?.reason || problem?.message;
      context.log.warn(`${workspace}: ${engine.driver.id} does not take all: ${reason}`);
    } catch (error) {
      if (!isEngineFailure(error)) throw error;
      context.log.warn(`${workspace}: ${engine.driver.id} failed: ${(error as Error).message}`);
    }
  }
  const draft = await takeDraft(last, request, context);
  refuseHalfKinds(draft, request);
  return finish(last, draft, request);
}

/** Dumps until the counts are equal, or it is clear that they will not be. */
async function takeDraft(engine: Engine, request: TakeRequest, context: OperationContext): Promise<Draft> {
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(context.signal, request.workspace);
    // What was seen and counted differently is read like anything else.
    const draft = await dumpOnce(engine, attempt === 1 ? request : { ...request, seen: undefined }, context);
    const isHopeless =
      draft.lacking.some(({ partial }) => !partial) || draft.differences.every(({ inFile }) => inFile === 0);
    if (draft.differences.length === 0 || isHopeless || attempt === attempts) return draft;
    context.log.info(`${request.workspace}: read again, counted ${formatDifferences(draft.differences)}`);
  }
}

function refuseHalfKinds({ differences }: Draft, { target, workspace }: TakeRequest): void {
  const half = differences.filter(({ inFile }) => inFile > 0);
  if (half.length === 0) return;
  throw new KongBackupError('gateway-read-incomplete', {
    place: `${target.environment.name}, workspace ${workspace}`,
    reason: `The file holds ${formatDifferences(half)}, counted ${attempts} times.`,
    remedy: 'Try again when nobody changes the gateway, or choose another engine for this environment.',
  });
}

/** What one dump gave, and how it compares with the gateway. */
interface Draft {
  dump: Dump;
  read: ReadBack;
  inFile: Counts;
  inGateway: Counts;
  /** Kinds that the gateway did not let us count. */
  unread: Gap[];
  /** Gaps of the engine's that matter here: the gateway has what it does not take. */
  lacking: Gap[];
  differences: CountDifference[];
}

async function dumpOnce({ driver }: Engine, request: TakeRequest, context: OperationContext): Promise<Draft> {
  const { target, workspace, seen, directory } = request;
  const { selectTags } = target.environment;
  const scope = selectTags ? { selectTags } : {};
  const place = path.join(directory, workspaceFile(workspace));
  // An earlier attempt may have left its file.
  await rm(place, { force: true });
  let counting: ReturnType<typeof countAgain> | undefined;
  const count = (): ReturnType<typeof countAgain> => (counting ??= countAgain(request, context));
  // The gateway counts while what it said is written down and read back.
  const onRead = (): void => void count().catch(() => undefined);
  const dumpRequest = { workspace, file: place, ...scope, ...(seen && { live: seen.live }), onRead };
  let dump: Dump;
  try {
    dump = await driver.dump(target, dumpRequest, context);
  } catch (error) {
    await counting?.catch(() => undefined);
    throw error;
  }
  context.report({ step: 'count', subject: workspace });
  const [{ counts, gaps }, read] = await Promise.all([count(), readBack(place, driver)]);
  const inFile = countKinds(read.file.entities);
  const unreadKinds = gaps.flatMap(({ kind }) => kind ?? []);
  const differences = differingCounts(withPartial(inFile, dump.gaps), counts, unreadKinds);
  const lacking = dump.gaps.filter(({ kind }) => kind === undefined || (counts[kind] ?? 0) > (inFile[kind] ?? 0));
  return { dump, read, inFile, inGateway: counts, unread: gaps, lacking, differences };
}

/** Independent of the dump: what paging lost in one reading is there in another. */
function countAgain(
  { target, workspace, reader, seen }: TakeRequest,
  context: OperationContext,
): Promise<{ counts: Counts; gaps: Gap[] }> {
  if (seen) return Promise.resolve({ counts: seen.counts, gaps: seen.live.gaps });
  const { selectTags } = target.environment;
  if (selectTags) return reader.read(target, workspace, { selectTags }, context);
  return reader.count(target, workspace, context);
}

/** What stands in the file, read anew from the disk. */
interface ReadBack extends Pick<TakenWorkspace, 'text' | 'file' | 'document'> {
  bytes: Buffer;
}

async function readBack(place: string, driver: Engine['driver']): Promise<ReadBack> {
  const bytes = await readFile(place);
  const text = bytes.toString('utf8');
  const { parse, ...reading } = readingOf(driver);
  // In what others write there are words that decK reads otherwise than the checks.
  const document = parse && readDocument(text);
  const options = { allowEmpty: true, ...reading, ...(document && { parse: () => plainValue(document) }) };
  return { bytes, text, file: readDeckFile(text, place, options), ...(document && { document }) };
}

/** What the file holds and what the engine says that it lacks of the same kinds. */
function withPartial(inFile: Counts, gaps: readonly Gap[]): Counts {
  const counts = { ...inFile };
  for (const { kind, partial, count = 0 } of gaps) {
    if (partial && kind !== undefined) counts[kind] = (counts[kind] ?? 0) + count;
  }
  return counts;
}

function finish(engine: Engine, draft: Draft, { workspace }: TakeRequest): TakenWorkspace {
  const { read, dump, inFile } = draft;
  const { bytes, ...taken } = read;
  const artifact: ArtifactFile = {
    path: workspaceFile(workspace),
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const part: PartRecord = {
    kind: 'entities',
    format: dump.format,
    driver: { id: engine.driver.id, version: engine.version },
    workspace,
    files: [artifact],
    counts: inFile,
  };
  return { part, gaps: gapsOf(engine, draft, workspace), ...taken };
}

/** One gap a kind, the engine's own words first, with the gateway's number where it is known. */
function gapsOf(engine: Engine, { unread, inGateway, lacking, differences }: Draft, workspace: string): Gap[] {
  const gaps = new Map<string, Gap>();
  for (const gap of [...unread, ...lacking, ...differences.map(asGap(engine, workspace))]) {
    const key = gap.kind ?? '';
    if (gaps.has(key)) continue;
    const count = gap.count ?? (gap.kind === undefined ? undefined : inGateway[gap.kind]);
    gaps.set(key, { ...gap, workspace, ...(count !== undefined && { count }) });
  }
  return [...gaps.values()];
}

const asGap =
  ({ driver, version }: Engine, workspace: string) =>
  ({ kind, inGateway }: CountDifference): Gap => ({
    part: 'entities',
    kind,
    workspace,
    count: inGateway,
    reason: `${driver.id} ${version} does not take ${kind}.`,
    remedy: 'Install a newer decK, or set engine: auto for this environment.',
  });

/** A name by which editors take the file for a declarative one. */
export const workspaceFile = (workspace: string): string => `${safeFileName(workspace)}.kong.yaml`;
