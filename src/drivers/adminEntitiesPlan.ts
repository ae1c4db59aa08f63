import type { JsonObject } from '../core/json.js';
import { listed } from '../core/listed.js';
import type { PartStep } from '../core/partDriver.js';
import type { SnapshotWarning } from '../core/snapshot.js';
import { changesTo } from './adminEntitiesCompare.js';
import type { Entry, EntryKind } from './adminEntitiesKinds.js';
import { type Operator, touchesOperator } from './adminEntitiesOperator.js';
import { entryKey, type Image } from './adminEntitiesRead.js';

/** One thing to do, and what was there before. */
export interface EntryChange {
  op: 'create' | 'update' | 'delete';
  /** As it is to be; of a deletion, as it is. */
  entry: Entry;
  before?: Entry;
  changes?: JsonObject;
  /** Goes with what it belongs to: nothing is to be done for it. */
  implied?: boolean;
}

export interface WantedState {
  kinds: readonly EntryKind[];
  wanted: readonly Entry[];
  target: Image;
  operator: Operator;
  /** Whether all of this kind and workspace was read, so that what is not wanted may be taken away. */
  isHeld(kind: string, workspace: string): boolean;
  deleteOthers: boolean;
}

export interface EntryPlan {
  changes: EntryChange[];
  warnings: SnapshotWarning[];
}

const place = ({ workspace, key }: Entry): string => `${workspace === '' ? '' : `${workspace}/`}${key.join(' ')}`;

/** What makes the target as wanted, in the order of kinds; what is to go first, the last kind first. */
export function planEntries(state: WantedState): EntryPlan {
  const { kinds, target, operator } = state;
  const warnings: SnapshotWarning[] = [];
  const unread = new Set(target.gaps.map(({ kind, workspace }) => `${kind}/${workspace ?? ''}`));
  const isRead = ({ kind, workspace }: Entry): boolean =>
    !unread.has(`${kind}/${workspace}`) && !target.absent.has(kind);
  const all = [...removals(state), ...writes(state)];
  const possible = all.filter(({ entry }) => isRead(entry));
  warnings.push(...unreadWarnings(target, all, kinds));
  const spared = possible.filter(({ op, entry }) => touchesOperator(operator, op, entry));
  if (spared.length > 0) warnings.push(sparedWarning(operator, spared));
  return { changes: possible.filter((change) => !spared.includes(change)), warnings };
}

function writes({ kinds, wanted, target }: WantedState): EntryChange[] {
  const there = new Map(target.entries.map((entry) => [entryKey(entry), entry]));
  return kinds.flatMap((kind) =>
    wanted
      .filter((entry) => entry.kind === kind.name)
      .flatMap((entry): EntryChange[] => {
        const before = there.get(entryKey(entry));
        if (!before) return [{ op: 'create', entry }];
        if (!kind.update) return [];
        const changes = changesTo(entry.fields, before.fields, kind.changeable);
        return changes ? [{ op: 'update', entry, before, changes }] : [];
      }),
  );
}

function removals({ kinds, wanted, target, deleteOthers, isHeld }: WantedState): EntryChange[] {
  if (!deleteOthers) return [];
  const kept = new Set(wanted.map(entryKey));
  // An admin is one of the whole gateway: it goes only where no workspace wants it.
  const admins = new Set(wanted.filter(({ kind }) => kind === 'admins').map(({ key }) => key[0]));
  const gone = target.entries.filter(
    (entry) =>
      isHeld(entry.kind, entry.workspace) &&
      !kept.has(entryKey(entry)) &&
      !(entry.kind === 'admins' && admins.has(entry.key[0])),
  );
  const goneKeys = new Set(gone.map(entryKey));
  return [...kinds].reverse().flatMap((kind) =>
    gone
      .filter((entry) => entry.kind === kind.name && kind.remove)
      .map((entry): EntryChange => {
        const parent = kind.parent && { kind: kind.parent, workspace: entry.workspace, key: entry.key.slice(0, 1) };
        return {
          op: 'delete',
          entry,
          before: entry,
          ...(parent && goneKeys.has(entryKey(parent)) && { implied: true }),
        };
      }),
  );
}

/** With what goes along with roles that are deleted, so that a way back brings it too. */
export function withCascades(changes: readonly EntryChange[], target: readonly Entry[]): EntryChange[] {
  const known = new Set(changes.map(({ entry }) => entryKey(entry)));
  const gone = changes.filter(({ op, entry }) => op === 'delete' && entry.kind === 'rbac_roles');
  const roles = new Set(gone.map(({ entry }) => JSON.stringify([entry.workspace, entry.key[0]])));
  const along = target.filter((entry) => roles.has(JSON.stringify(roleOf(entry))) && !known.has(entryKey(entry)));
  return [...along.map((entry): EntryChange => ({ op: 'delete', entry, before: entry, implied: true })), ...changes];
}

/** Workspace and name of the role that an entry belongs to or leads to. */
function roleOf({ kind, workspace, key }: Entry): [string, string | undefined] | undefined {
  if (kind === 'rbac_endpoint_permissions' || kind === 'rbac_entity_permissions') return [workspace, key[0]];
  if (kind === 'rbac_user_roles' || kind === 'admin_roles') return [workspace, key[1]];
  if (kind === 'group_roles') return [key[1] ?? '', key[2]];
  return undefined;
}

function unreadWarnings(
  { gaps, absent }: Image,
  changes: readonly EntryChange[],
  kinds: readonly EntryKind[],
): SnapshotWarning[] {
  const plural = (name: string | undefined): string => kinds.find((kind) => kind.name === name)?.plural ?? name ?? '';
  const missing = [...absent].filter((name) => changes.some(({ entry }) => entry.kind === name));
  return [
    ...gaps.map(({ kind, workspace, reason }) => ({
      code: 'target-unread',
      message: `The target's ${plural(kind)} stay as they are: ${reason}`,
      ...(kind !== undefined && { kind }),
      ...(workspace !== undefined && { workspace }),
    })),
    ...missing.map((kind) => ({
      code: 'target-without-kind',
      message: `The target has no ${plural(kind)}; those of the snapshot are not brought back.`,
      kind,
    })),
  ];
}

function sparedWarning({ who }: Operator, spared: readonly EntryChange[]): SnapshotWarning {
  const names = spared.map(({ op, entry }) => `${op} ${entry.kind} ${place(entry)}`);
  const list = listed(names, 10, '; ');
  return who === 'known'
    ? {
        code: 'operator-spared',
        message: `Not done, so that the token in use goes on working: ${list}. Do it by hand or with another token.`,
      }
    : {
        code: 'operator-unknown',
        message: `Nobody can tell whom the token in use belongs to, so nothing that could lock it out is done: ${list}.`,
      };
}

export const keepStep = 'keep';
export const removeStep = 'remove';
export const readBackStep = 'read-back';

/** One step a kind, between keeping what is there and reading back. */
export function stepsOf(changes: readonly EntryChange[], kinds: readonly EntryKind[], undo: string): PartStep[] {
  if (changes.length === 0) return [{ id: readBackStep, title: 'Read back and compare.' }];
  const gone = changes.filter(({ op }) => op === 'delete');
  return [
    { id: keepStep, title: 'Keep what the gateway holds now, to go back to.' },
    ...(gone.length > 0 ? [removal(gone, kinds, undo)] : []),
    ...kinds.flatMap((kind): PartStep[] => {
      const own = changes.filter(({ op, entry }) => op !== 'delete' && entry.kind === kind.name);
      if (own.length === 0) return [];
      const [made, changed] = ['create', 'update'].map((op) => own.filter((change) => change.op === op).length);
      const parts = [...(made ? [`create ${made}`] : []), ...(changed ? [`change ${changed}`] : [])].join(' and ');
      const title = `${parts.charAt(0).toUpperCase()}${parts.slice(1)} of the ${kind.plural}: ${shortList(own)}.`;
      return [{ id: kind.name, title, undo }];
    }),
    { id: readBackStep, title: 'Read back and compare.' },
  ];
}

function removal(gone: readonly EntryChange[], kinds: readonly EntryKind[], undo: string): PartStep {
  const parts = kinds.flatMap(({ name, plural }) => {
    const own = gone.filter(({ entry }) => entry.kind === name);
    return own.length === 0 ? [] : [`${plural} (${own.length}): ${shortList(own)}`];
  });
  const secrets = kinds.some(({ name, secret }) => secret && gone.some(({ entry }) => entry.kind === name));
  const lost = secrets ? ' Tokens and passwords that go with them can not be brought back.' : '';
  return {
    id: removeStep,
    title: 'Take away what the snapshot does not have.',
    destroys: `Takes away ${parts.join('; ')}.${lost}`,
    undo,
  };
}

function shortList(changes: readonly EntryChange[]): string {
  const shown = changes.slice(0, 5).map(({ entry }) => (entry.kind === 'licenses' ? 'licence' : nameOf(entry)));
  return changes.length > shown.length ? `${shown.join(', ')} …` : shown.join(', ');
}

const nameOf = (entry: Entry): string => place(entry);
