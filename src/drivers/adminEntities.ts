import path from 'node:path';
import type { OperationContext } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { isKongBackupError, KongBackupError, throwIfCancelled } from '../core/errors.js';
import { isObject, type Json } from '../core/json.js';
import type { PartBackupRequest, PartDriver, PartProbe, PartRestoreOptions, TakenPart } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { createGatewayClient } from '../gateway/gatewayClient.js';
import { adminKinds } from './adminEntitiesKinds.js';
import { readHeld, toRecreate, toRecreateFile, writeImage } from './adminEntitiesFiles.js';
import { readImage } from './adminEntitiesRead.js';
import { type EntriesDriver, planEntriesRestore, restoreEntries } from './adminEntitiesRestore.js';
import type { DeckRbac } from './deckRbac.js';
import { deckFileOf, deckFolder, planDeckRestore, restoreByDeck } from './deckRbacRestore.js';
import { mkdir } from 'node:fs/promises';

export interface AdminEntitiesOptions {
  /** Milliseconds that one request may take. */
  requestTimeout: number;
  /** Absolute path of a private folder that notes to go back are kept in; need not exist. */
  undoFolder: string;
  /** Where decK is there, a file of roles for it lies beside ours. */
  deck?: DeckRbac;
}

/**
 * What decK does not manage, by the Admin API: RBAC, admins, developers, groups, event hooks, workspaces' settings.
 *
 * Choices of a restore: `deleteOthers` (true: what the snapshot does not have goes, but no workspace), `undo` (absolute path of
 * the note that an earlier restore kept: its changes are taken back, and nothing of the snapshot is used), `by` (`deck`: roles and
 * endpoint permissions alone, by decK and the files that it wrote).
 */
export function createAdminEntitiesDriver({ deck, ...options }: AdminEntitiesOptions): PartDriver {
  const entries: EntriesDriver = { part: 'rbac', kinds: adminKinds, ...options };
  const driver = createEntriesDriver('admin-entities', entries);
  if (!deck) return driver;
  const isDeck = ({ choices = {} }: PartRestoreOptions): boolean => choices['by'] === 'deck';
  return {
    ...driver,
    async backup(target, request, context) {
      const taken = await driver.backup(target, request, context);
      const beside = await takeByDeck(deck, target, request, context);
      return {
        ...taken,
        details: { ...taken.details, ...(beside.version !== undefined && { deck: beside.version }) },
        warnings: [...taken.warnings, ...beside.warnings],
      };
    },
    async planRestore(target, source, request, context) {
      return isDeck(request)
        ? planDeckRestore(deck, entries, target, source, context)
        : driver.planRestore(target, source, request, context);
    },
    restore: (target, source, request, context) =>
      isDeck(request)
        ? restoreByDeck(deck, entries, target, source, request, context)
        : driver.restore(target, source, request, context),
  };
}

/** A driver of some kinds of entries, whatever they are. */
export function createEntriesDriver(id: string, driver: EntriesDriver): PartDriver {
  const { part, kinds } = driver;
  return {
    id,
    part,
    // Open source has none of it, and needs no questions.
    probe: async (target, gateway, context) =>
      gateway?.edition === 'community' ? { present: false } : probe(driver, target, context),
    backup: (target, request, context) => backup(driver, target, request, context),
    async verify(source, context) {
      throwIfCancelled(context.signal, part);
      return (await readHeld(source, kinds)).wrong;
    },
    planRestore: (target, source, options, context) => planEntriesRestore(driver, target, source, options, context),
    restore: (target, source, options, context) => restoreEntries(driver, target, source, options, context),
  };
}

/** One small page of each kind that stands by itself: there is nothing of the part where all of them answer 404, or have nothing. */
async function probe(driver: EntriesDriver, target: Target, context: OperationContext): Promise<PartProbe> {
  const client = createGatewayClient(target, { requestTimeout: driver.requestTimeout });
  const tops = driver.kinds.filter(({ name, parent }) => parent === undefined && name !== 'workspaces');
  const refusals: KongBackupError[] = [];
  const answers = await Promise.all(
    tops.map(({ path: address }) =>
      client
        .request('GET', address, { query: { size: '1' }, signal: context.signal })
        .then(({ status, body }) => (status === 404 ? 'absent' : isEmpty(body) ? 'empty' : 'there'))
        .catch((error: unknown) => {
          if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
          refusals.push(error);
          return 'refused';
        }),
    ),
  );
  const [first] = refusals;
  // Workspaces have settings, with or without anything else.
  const hasSome = answers.includes('there') || (tops.length < driver.kinds.length && answers.includes('empty'));
  if (hasSome) return { present: true, availability: { available: true, version: 'Admin API' } };
  if (!first) return { present: false };
  const { reason, remedy } = first;
  const code = first.code === 'gateway-forbidden' ? first.code : 'tool-failed';
  return { present: true, availability: { available: false, code, reason, remedy } };
}

const isEmpty = (body: Json): boolean => isObject(body) && Array.isArray(body['data']) && body['data'].length === 0;

async function backup(
  { part, kinds, requestTimeout }: EntriesDriver,
  target: Target,
  { workspaces, directory }: PartBackupRequest,
  context: OperationContext,
): Promise<TakenPart> {
  throwIfCancelled(context.signal, part);
  const client = createGatewayClient(target, { requestTimeout });
  const image = await readImage(client, { part, kinds, workspaces }, context);
  if (image.entries.length === 0 && image.gaps.length > 0) throw nothingRead(part, image.gaps[0]?.reason ?? '');
  await writeImage(directory, kinds, image);
  const lost = toRecreate(kinds, image.entries);
  const names = lost.map(({ kind, workspace, name }) => `${workspace}/${kind}/${name}`);
  return {
    format: 'json',
    counts: image.counts,
    driverVersion: '1',
    gaps: image.gaps,
    warnings: lost.length > 0 ? [secretsWarning(lost)] : [],
    details: {
      workspaces: [...workspaces],
      kinds: kinds.map(({ name }) => name).filter((name) => !image.absent.has(name)),
      unread: image.gaps.map(({ kind = '', workspace = '' }) => ({ kind, workspace })),
      toRecreate: names.slice(0, 200),
    },
  };
}

function secretsWarning(lost: ReturnType<typeof toRecreate>): SnapshotWarning {
  const kinds = [...new Set(lost.map(({ kind, secret }) => `${kind} (${secret})`))].join(', ');
  const message = `Kong gives no secret back: ${lost.length} of ${kinds} have to be set anew after a restore that creates them; ${toRecreateFile} names them.`;
  return { code: 'secrets-to-recreate', message };
}

const nothingRead = (part: string, reason: string): KongBackupError =>
  new KongBackupError('gateway-forbidden', {
    place: part,
    reason: `Nothing of it could be read. ${reason}`,
    remedy: 'Give the token a role that may, or use that of a super admin.',
  });

/** Never a reason to fail: ours holds all that decK's does. */
async function takeByDeck(
  deck: DeckRbac,
  target: Target,
  { workspaces, directory }: PartBackupRequest,
  context: OperationContext,
): Promise<{ version?: string; warnings: SnapshotWarning[] }> {
  const version = await deck.version(target, context);
  if (version === undefined) return { warnings: [] };
  const warnings: SnapshotWarning[] = [];
  const folder = path.join(directory, deckFolder);
  await mkdir(folder, { mode: 0o700 });
  for (const workspace of workspaces) {
    try {
      await deck.dump(target, workspace, deckFileOf(directory, workspace), context);
    } catch (error) {
      if (!isKongBackupError(error) || error.code === 'cancelled') throw error;
      const message = `decK did not dump the roles of ${workspace}: ${error.reason} They are in our own files.`;
      warnings.push({ code: 'deck-rbac-failed', message, workspace });
    }
  }
  return { version, warnings };
}
