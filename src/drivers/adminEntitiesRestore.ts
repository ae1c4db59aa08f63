import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { isObject } from '../core/json.js';
import { listed } from '../core/listed.js';
import type { PartKind } from '../core/part.js';
import type {
  PartRestoreOptions,
  PartRestorePlan,
  PartRestoreResult,
  PartSource,
  PartStep,
} from '../core/partDriver.js';
import type { Counts, SnapshotWarning } from '../core/snapshot.js';
import { createGatewayClient, type GatewayClient } from '../gateway/gatewayClient.js';
import { type HeldImage, readHeld, toRecreate } from './adminEntitiesFiles.js';
import type { Entry, EntryKind, Writer } from './adminEntitiesKinds.js';
import { findOperator, nobody } from './adminEntitiesOperator.js';
import {
  type EntryChange,
  type EntryPlan,
  keepStep,
  planEntries,
  readBackStep,
  removeStep,
  stepsOf,
  type WantedState,
  withCascades,
} from './adminEntitiesPlan.js';
import { entryKey, type Image, readImage } from './adminEntitiesRead.js';
import { readUndo, takenBack, writeUndo } from './adminEntitiesUndo.js';

export interface EntriesDriver {
  part: PartKind;
  kinds: readonly EntryKind[];
  /** Of those, what a restore is about; all when absent. */
  compared?: readonly EntryKind[];
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Absolute path of the folder that notes to go back are kept in. */
  undoFolder: string;
}

/** What a restore is about to do. */
interface Prepared {
  client: GatewayClient;
  plan: EntryPlan;
  steps: PartStep[];
  target: Image;
  snapshotCounts: Counts;
  state: Omit<WantedState, 'target' | 'operator'>;
}

/** @throws KongBackupError `gateway-*`, `file-*` of an undo, `cancelled`. */
export async function planEntriesRestore(
  driver: EntriesDriver,
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  context: OperationContext,
): Promise<PartRestorePlan> {
  throwIfCancelled(context.signal, source.manifest.id);
  const held = await readHeld(source, driver.kinds);
  if (held.wrong.length > 0) return { steps: [], warnings: [], refused: damaged(held) };
  const prepared = await prepare(driver, target, { source, held, options }, context);
  const { plan, steps, target: now, snapshotCounts } = prepared;
  return { steps, warnings: plan.warnings, counts: { target: now.counts, snapshot: snapshotCounts } };
}

const damaged = ({ wrong }: HeldImage) => ({
  reason: wrong.slice(0, 3).join(' '),
  remedy: 'Choose another snapshot; nothing was changed.',
});

async function prepare(
  driver: EntriesDriver,
  target: Target,
  { source, held, options: { choices = {} } }: { source: PartSource; held: HeldImage; options: PartRestoreOptions },
  context: OperationContext,
): Promise<Prepared> {
  const { kinds, part } = driver;
  const client = createGatewayClient(target, { requestTimeout: driver.requestTimeout });
  const undo = typeof choices['undo'] === 'string' ? await readUndo(choices['undo']) : undefined;
  if (undo && undo.environment !== target.environment.id) throw ofAnother(String(choices['undo']));
  const scope = workspacesOf(undo ? undo.changes.map(({ entry }) => entry) : held.entries, source);
  const now = await readImage(client, { part, kinds, workspaces: scope }, context);
  const found = await findOperator(client, target, now.entries, context);
  // The way back leads to where the token worked, whoever's it is.
  const operator = undo && found.who === 'unknown' ? nobody : found;
  const state = undo
    ? stateOfUndo(kinds, takenBack(now.entries, undo))
    : stateOfSnapshot(driver.compared ?? kinds, source, held, choices);
  const plan = planEntries({ ...state, target: now, operator });
  if (!undo) plan.warnings.push(...secretWarnings(kinds, plan.changes));
  const back = 'Restore again with the choice "undo" and the file that the first step names.';
  return { client, plan, steps: stepsOf(plan.changes, kinds, back), target: now, snapshotCounts: held.counts, state };
}

/** Those of the entries and the record; `default` in any case, which tells what kinds the target has. */
function workspacesOf(entries: readonly Entry[], { record }: PartSource): string[] {
  const recorded = record.details?.['workspaces'];
  const names = entries.flatMap(({ kind, workspace, key }) => (kind === 'workspaces' ? (key[0] ?? '') : workspace));
  const all = new Set(['default', ...names, ...(Array.isArray(recorded) ? recorded.map(String) : [])]);
  return [...all].filter((name) => name !== '');
}

function stateOfSnapshot(
  kinds: readonly EntryKind[],
  { record }: PartSource,
  held: HeldImage,
  choices: NonNullable<PartRestoreOptions['choices']>,
): Prepared['state'] {
  const { workspaces, kinds: present, unread } = record.details ?? {};
  const isIn = (list: unknown, value: string): boolean => Array.isArray(list) && list.includes(value);
  const isUnread = (kind: string, workspace: string): boolean =>
    Array.isArray(unread) &&
    unread.some((gap) => isObject(gap) && gap['kind'] === kind && (gap['workspace'] ?? '') === workspace);
  return {
    kinds,
    wanted: held.entries,
    deleteOthers: choices['deleteOthers'] === true,
    isHeld: (kind, workspace) =>
      isIn(present, kind) && (workspace === '' || isIn(workspaces, workspace)) && !isUnread(kind, workspace),
  };
}

const stateOfUndo = (kinds: readonly EntryKind[], wanted: readonly Entry[]): Prepared['state'] => ({
  kinds,
  wanted,
  deleteOthers: true,
  isHeld: () => true,
});

function secretWarnings(kinds: readonly EntryKind[], changes: readonly EntryChange[]): SnapshotWarning[] {
  const made = changes.filter(({ op }) => op === 'create').map(({ entry }) => entry);
  const lost = toRecreate(kinds, made);
  if (lost.length === 0) return [];
  const names = lost.map(({ workspace, name, secret }) => `${workspace}/${name} (${secret})`);
  const message = `To be set anew afterwards, for Kong gives no secret back: ${listed(names, 20)}.`;
  return [{ code: 'secrets-to-recreate', message }];
}

const ofAnother = (place: string): KongBackupError =>
  new KongBackupError('file-invalid', {
    place,
    reason: 'The note is of another environment.',
    remedy: 'Name the file that the restore of this environment kept.',
  });

/** Does the plan kind by kind. A failure stops behind the kind that it is of; what was done can be taken back by the note. */
export async function restoreEntries(
  driver: EntriesDriver,
  target: Target,
  source: PartSource,
  options: PartRestoreOptions & { confirm(step: PartStep): Promise<boolean> },
  context: OperationContext,
): Promise<PartRestoreResult> {
  throwIfCancelled(context.signal, source.manifest.id);
  const held = await readHeld(source, driver.kinds);
  if (held.wrong.length > 0) {
    throw new KongBackupError('snapshot-damaged', { place: source.manifest.id, ...damaged(held) });
  }
  const prepared = await prepare(driver, target, { source, held, options }, context);
  const { plan, steps } = prepared;
  const result: PartRestoreResult = { done: [], verified: false, warnings: [...plan.warnings] };
  const writer = writerOf(prepared.client, context);
  for (const [at, step] of steps.entries()) {
    throwIfCancelled(context.signal, step.title);
    context.report({ step: 'apply', subject: step.title, done: at, total: steps.length });
    if (step.destroys !== undefined && !(await options.confirm(step))) return result;
    const problem = await run(step);
    if (problem !== undefined) {
      result.failed = { step: step.id, ...problem };
      return result;
    }
    result.done.push(step.id);
  }
  result.verified = true;
  return result;

  async function run(step: PartStep): Promise<{ reason: string; remedy: string } | undefined> {
    if (step.id === keepStep) {
      result.warnings.push(await keepNote(driver, target, prepared, context));
      return undefined;
    }
    if (step.id === readBackStep) return readBack(driver, prepared, result, context);
    const own = plan.changes.filter(({ op, entry }) =>
      step.id === removeStep ? op === 'delete' : op !== 'delete' && entry.kind === step.id,
    );
    return applyAll(driver, own, writer, context);
  }
}

async function keepNote(
  { part, undoFolder }: EntriesDriver,
  target: Target,
  { plan, target: now }: Prepared,
  { log }: OperationContext,
): Promise<SnapshotWarning> {
  const note = { environment: target.environment.id, part, changes: withCascades(plan.changes, now.entries) };
  const file = await writeUndo(undoFolder, note, new Date());
  const message = `To go back, restore with the choice "undo": ${file}`;
  // A cancel, or a gateway that goes away, ends the restore without a result that could say it.
  log.info(message);
  return { code: 'undo-kept', message };
}

/** The note alone, for who makes the changes by other means. @returns the warning that names it. */
export async function keepUndoNote(
  driver: EntriesDriver,
  target: Target,
  source: PartSource,
  options: PartRestoreOptions,
  context: OperationContext,
): Promise<SnapshotWarning> {
  const held = await readHeld(source, driver.kinds);
  return keepNote(driver, target, await prepare(driver, target, { source, held, options }, context), context);
}

function writerOf(client: GatewayClient, { signal }: OperationContext): Writer {
  const call: Writer['call'] = async (method, path, options = {}) => {
    const response = await client.request(method, path, { ...options, signal });
    if (response.status !== 404 || method === 'DELETE') return response;
    throw new KongBackupError('gateway-rejected', {
      place: `${method} ${client.address}${path}`,
      reason: 'The gateway has nothing at this address.',
      remedy: 'What it belongs to may be missing: restore that first.',
    });
  };
  return {
    call,
    async idOf(path, workspace) {
      const { body } = await call('GET', path, workspace === undefined ? {} : { workspace });
      return isObject(body) ? String(body['id']) : '';
    },
  };
}

/** All of one step, so that one bad entry doesn't keep the others back. */
async function applyAll(
  { kinds }: EntriesDriver,
  changes: readonly EntryChange[],
  writer: Writer,
  context: OperationContext,
): Promise<{ reason: string; remedy: string } | undefined> {
  const failed: { change: EntryChange; error: KongBackupError }[] = [];
  for (const change of changes.filter(({ implied }) => implied !== true)) {
    throwIfCancelled(context.signal, change.entry.kind);
    const kind = kinds.find(({ name }) => name === change.entry.kind);
    try {
      if (change.op === 'create') await kind?.create(change.entry, writer);
      else if (change.op === 'update') await kind?.update?.(change.entry, change.changes ?? {}, writer);
      else await kind?.remove?.(change.entry, writer);
    } catch (error) {
      if (!isKongBackupError(error) || stopsAll(error.code)) throw error;
      context.log.warn(error.message);
      failed.push({ change, error });
    }
  }
  const [first] = failed;
  if (!first) return undefined;
  const name = `${first.change.entry.workspace}/${first.change.entry.key[0] ?? ''}`;
  return {
    reason: `${failed.length} of ${changes.length} could not be done, the first of ${name}: ${first.error.reason}`,
    remedy: `${first.error.remedy} Then restore again: only what is missing is done.`,
  };
}

const stopsAll = (code: string): boolean =>
  ['cancelled', 'gateway-unreachable', 'gateway-timeout', 'gateway-unauthorized', 'gateway-not-kong'].includes(code);

async function readBack(
  { part, kinds }: EntriesDriver,
  { client, plan, state, target: before }: Prepared,
  result: PartRestoreResult,
  context: OperationContext,
): Promise<{ reason: string; remedy: string } | undefined> {
  const names = state.wanted.map(({ kind, workspace, key }) => (kind === 'workspaces' ? (key[0] ?? '') : workspace));
  const workspaces = [...new Set(['default', ...names, ...before.entries.map(({ workspace }) => workspace)])];
  const request = { part, kinds, workspaces: workspaces.filter((name) => name !== '') };
  const now = await readImage(client, request, context);
  result.counts = now.counts;
  const meant = new Set(plan.changes.map(({ entry }) => entryKey(entry)));
  const left = planEntries({ ...state, target: now, operator: nobody }).changes.filter(({ entry }) =>
    meant.has(entryKey(entry)),
  );
  const [first] = left;
  if (!first) return undefined;
  return {
    reason: `${left.length} still differ, the first is ${first.entry.kind} ${first.entry.key.join(' ')}.`,
    remedy: 'Look at them on the gateway, or restore again.',
  };
}
