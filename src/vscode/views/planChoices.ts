import * as vscode from 'vscode';
import type { RestorePlan } from '../../app.js';
import type {
  AddedChange,
  BlockedChange,
  Change,
  ChangeSelector,
  RestoreChoice,
  RestoreMode,
} from '../../core/change.js';
import { formatChanges, formatKind } from '../format.js';

/** What the page is told of a choice. Changes are told by their place in the whole plan. */
export interface ShownChoice {
  asked?: number;
  done: number[];
  /** Why a change is done that nobody ticked, or is not done. */
  whys: [index: number, why: string][];
  counts: string;
  warnings: string[];
  /** Things to do that are no change, such as a workspace to create. */
  extra: number;
  /** Why it can't be done at all. */
  problem?: string;
}

export const allChanges = ({ whole }: Pick<RestorePlan, 'whole'>): Change[] =>
  whole.workspaces.flatMap(({ changes }) => changes);

/** @param ticks places of changes, for mode `only`. */
export function choiceOf(changes: readonly Change[], mode: RestoreMode, ticks: readonly number[]): RestoreChoice {
  return mode === 'only' ? { mode, only: selectorsOf(changes, new Set(ticks)) } : { mode };
}

/** A kind that is ticked as a whole is named as a whole: thousands of changes are few words. */
function selectorsOf(changes: readonly Change[], ticks: ReadonlySet<number>): ChangeSelector[] {
  const groups = new Map<string, { all: number; ticked: Change[] }>();
  changes.forEach((change, index) => {
    const key = `${change.workspace}\u0000${change.kind}`;
    const group = groups.get(key) ?? { all: 0, ticked: [] };
    groups.set(key, group);
    group.all++;
    if (ticks.has(index)) group.ticked.push(change);
  });
  return [...groups.values()].flatMap(({ all, ticked }) => {
    const [first] = ticked;
    if (!first) return [];
    const { workspace, kind } = first;
    if (all === ticked.length) return [{ workspace, kind }];
    return ticked.map((change) => ({ workspace, kind, name: nameOf(change) }));
  });
}

/** A membership has no id of its own in a file: it gets a new one each time it is read. */
const nameOf = ({ kind, id, label }: Change): string => (kind === 'consumer_group_consumers' ? label : id);

export function shownChoice(plan: RestorePlan, changes: readonly Change[]): ShownChoice {
  const chosen = new Set(plan.plan.workspaces.flatMap((workspace) => workspace.changes));
  const places = new Map(changes.map((change, index) => [change, index]));
  const whys = [
    ...plan.added.map((added): [Change, string] => [added.change, addedWhy(added)]),
    ...plan.blocked.map((blocked): [Change, string] => [blocked.change, blockedWhy(blocked)]),
  ];
  const counts = formatChanges(plan.counts);
  return {
    done: changes.flatMap((change, index) => (chosen.has(change) ? index : [])),
    whys: whys.flatMap(([change, why]): ShownChoice['whys'] => {
      const index = places.get(change);
      return index === undefined ? [] : [[index, why]];
    }),
    counts: plan.left > 0 ? `${counts} · ${vscode.l10n.t('{0} left as they are', plan.left)}` : counts,
    warnings: plan.warnings.map(({ message }) => message),
    extra: plan.plan.workspaces.filter(({ exists }) => !exists).length,
  };
}

const named = ({ kind, label }: Change): string => `${formatKind(kind)} ${label}`;

function addedWhy({ why, for: other }: AddedChange): string {
  if (why === 'key') return vscode.l10n.t('gives free what {0} takes', named(other));
  if (why === 'referrer') return vscode.l10n.t('refers to {0}, which is deleted', named(other));
  return vscode.l10n.t('needed by {0}', named(other));
}

function blockedWhy({ why, by, byName = '' }: BlockedChange): string {
  switch (why) {
    case 'owned':
      return vscode.l10n.t('stays: the plugin {0} made it', byName);
    case 'others':
      return vscode.l10n.t('stays: the restore that is taken back did not make it');
    case 'used':
      return vscode.l10n.t('stays: {0} refers to it', byName);
    case 'needs':
      return by ? vscode.l10n.t('not done: it needs {0}', named(by)) : '';
    default:
      return vscode.l10n.t('not done');
  }
}
