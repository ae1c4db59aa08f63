import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Gap } from '../core/coverage.js';
import type { Dump, EntityReader } from '../core/driver.js';
import type { Target } from '../core/environment.js';
import { KongBackupError, throwIfCancelled } from '../core/errors.js';
import type { ArtifactFile, Counts, PartRecord } from '../core/snapshot.js';
import { safeFileName } from '../core/snapshotId.js';
import { type DeckFile, readDeckFile } from '../estate/deckFile.js';
import { type CountDifference, countKinds, differingCounts, formatDifferences } from './counting.js';
import { type Engine, isEngineFailure } from './engines.js';

/** A gateway that changes while it is read is read again so often. */
const attempts = 3;

export interface TakeRequest {
  target: Target;
  workspace: string;
  /** In the order in which to try them. */
  engines: readonly Engine[];
  reader: EntityReader;
  /** Absolute path of the folder to write into. */
  directory: string;
}

/** One workspace on disk: its part of the manifest, what it lacks, and its entities. */
export interface TakenWorkspace {
  part: PartRecord;
  gaps: Gap[];
  text: string;
  file: DeckFile;
}

/**
 * Dumps one workspace with the first engine that holds all of it: the file is read back and its counts are compared with
 * the gateway's own. @throws KongBackupError `gateway-read-incomplete` when they differ to the end.
 */
export async function takeWorkspace(request: TakeRequest, context: OperationContext): Promise<TakenWorkspace> {
  const { engines, workspace } = request;
  for (const [index, engine] of engines.entries()) {
    const isLast = index === engines.length - 1;
    try {
      const taken = await takeWith(engine, isLast, request, context);
      if (taken) return taken;
    } catch (error) {
      if (isLast || !isEngineFailure(error)) throw error;
      context.log.warn(`${workspace}: ${engine.driver.id} failed, trying the next engine: ${(error as Error).message}`);
    }
  }
  throw new Error('no engine');
}

/** @returns undefined when the file lacks something and another engine is to try. */
async function takeWith(
  engine: Engine,
  isLast: boolean,
  request: TakeRequest,
  context: OperationContext,
): Promise<TakenWorkspace | undefined> {
  const { target, workspace } = request;
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(context.signal, workspace);
    const draft = await dumpOnce(engine, request, context);
    const { differences } = draft;
    const lacking = draft.dump.gaps.filter(({ kind }) => kind === undefined || (draft.inGateway[kind] ?? 0) > 0);
    if (differences.length === 0 && (lacking.length === 0 || isLast)) return finish(engine, draft, lacking, request);
    context.log.warn(`${workspace}: ${engine.driver.id} took ${formatDifferences(differences) || 'not all fields'}`);
    await rm(draft.place);
    if (!isLast && lacking.length > 0) return undefined;
    if (attempt < attempts) continue;
    if (!isLast) return undefined;
    // An engine that somebody chose may lack whole kinds: that is said. Half a kind is a failed read.
    const half = differences.filter(({ inFile }) => inFile > 0);
    if (half.length === 0) {
      const again = await dumpOnce(engine, request, context);
      return finish(engine, again, [...lacking, ...again.differences.map(asGap(engine, workspace))], request);
    }
    throw new KongBackupError('gateway-read-incomplete', {
      place: `${target.environment.name}, workspace ${workspace}`,
      reason: `The file holds ${formatDifferences(half)}, counted ${attempts} times.`,
      remedy: 'Try again when nobody changes the gateway, or choose another engine for this environment.',
    });
  }
}

interface Draft {
  /** Absolute path of the file. */
  place: string;
  dump: Dump;
  bytes: Buffer;
  file: DeckFile;
  inFile: Counts;
  inGateway: Counts;
  unread: Gap[];
  differences: CountDifference[];
}

async function dumpOnce({ driver }: Engine, request: TakeRequest, context: OperationContext): Promise<Draft> {
  const { target, workspace, reader, directory } = request;
  const { selectTags } = target.environment;
  const scope = selectTags ? { selectTags } : {};
  const place = path.join(directory, fileName(workspace));
  const dump = await driver.dump(target, { workspace, file: place, ...scope }, context);
  const bytes = await readFile(place);
  const file = readDeckFile(bytes.toString('utf8'), place, { allowEmpty: true });
  context.report({ step: 'count', subject: workspace });
  const { counts, gaps } = selectTags
    ? await reader.read(target, workspace, scope, context)
    : await reader.count(target, workspace, context);
  const inFile = countKinds(file.entities);
  const unreadKinds = gaps.flatMap(({ kind }) => kind ?? []);
  const differences = differingCounts(inFile, counts, unreadKinds);
  return { place, dump, bytes, file, inFile, inGateway: counts, unread: gaps, differences };
}

function finish(engine: Engine, draft: Draft, lacking: readonly Gap[], { workspace }: TakeRequest): TakenWorkspace {
  const artifact: ArtifactFile = {
    path: fileName(workspace),
    bytes: draft.bytes.length,
    sha256: createHash('sha256').update(draft.bytes).digest('hex'),
  };
  const part: PartRecord = {
    kind: 'entities',
    format: draft.dump.format,
    driver: { id: engine.driver.id, version: engine.version },
    workspace,
    files: [artifact],
    counts: draft.inFile,
  };
  return { part, gaps: mergeGaps(workspace, lacking, draft), text: draft.bytes.toString('utf8'), file: draft.file };
}

/** One gap a kind, with the gateway's number where it is known. */
function mergeGaps(workspace: string, lacking: readonly Gap[], { unread, inGateway, dump }: Draft): Gap[] {
  const merged = new Map<string, Gap>();
  const unreadByEngine = dump.gaps.filter(({ kind }) => kind !== undefined && unread.some((gap) => gap.kind === kind));
  for (const gap of [...unread, ...unreadByEngine, ...lacking]) {
    const key = gap.kind ?? '';
    if (merged.has(key)) continue;
    const count = gap.count ?? (gap.kind === undefined ? undefined : inGateway[gap.kind]);
    merged.set(key, { ...gap, workspace, ...(count !== undefined && { count }) });
  }
  return [...merged.values()];
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
const fileName = (workspace: string): string => `${safeFileName(workspace)}.kong.yaml`;
