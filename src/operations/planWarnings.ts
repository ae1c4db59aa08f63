import type { BlockedChange, RestoreMode } from '../core/change.js';
import { blockedText } from '../core/choiceText.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import type { Manifest } from '../core/snapshot.js';
import type { KeptChange } from '../estate/keepParents.js';
import type { PlannedWorkspaces, WorkspaceSides } from './planWorkspaces.js';

export interface RestoreWarning {
  code: string;
  message: string;
}

/**
 * A safety snapshot brings the state before back. Of a gateway that others use too, with tags of their own, a snapshot of some
 * tags says too little to delete by it unasked.
 */
export function defaultMode({ guards, selectTags = [] }: Manifest, sides: readonly WorkspaceSides[]): RestoreMode {
  if (guards !== undefined || selectTags.length === 0) return 'exact';
  const isForeign = (tags: unknown): boolean =>
    Array.isArray(tags) && tags.length > 0 && !selectTags.every((tag) => tags.includes(tag));
  return sides.some(({ live }) => live.some(({ fields }) => isForeign(fields['tags']))) ? 'add-and-update' : 'exact';
}

/** What nobody knows is no difference, and neither is a version that was named by its first numbers. */
function isSameVersion({ gateway: { version: was }, imported }: Manifest, is: string): boolean {
  return imported?.versionFrom === 'assumed' || was.startsWith(`${is}.`) || is.startsWith(`${was}.`);
}

/** What differs between where the snapshot comes from and where it would go. */
export function differencesOfPlace(
  snapshot: Manifest,
  environment: Environment,
  gateway: GatewayInfo,
): RestoreWarning[] {
  const warnings: RestoreWarning[] = [];
  const compare = (code: string, what: string, was: string, is: string): void => {
    if (was !== is) warnings.push({ code, message: `The snapshot comes from ${what} ${was}, this is ${is}.` });
  };
  if (snapshot.environment.id !== environment.id) {
    compare('other-environment', 'environment', snapshot.environment.name, environment.name);
  }
  compare('other-address', 'the gateway at', snapshot.environment.adminUrl, environment.adminUrl);
  if (!isSameVersion(snapshot, gateway.version)) {
    compare('other-version', 'Kong', snapshot.gateway.version, gateway.version);
  }
  compare('other-edition', 'an edition called', snapshot.gateway.edition, gateway.edition);
  compare('other-mode', 'a gateway in mode', snapshot.gateway.mode, gateway.mode);
  return warnings;
}

/**
 * Workspaces of the gateway that the restore is not about; those that the environment is not for are nobody's question.
 * @param touched those that it plans.
 */
export function workspacesLeft(
  { parts }: Manifest,
  { workspaces: allowed }: Environment,
  gateway: GatewayInfo,
  touched: readonly string[],
): RestoreWarning[] {
  const held = new Set(parts.flatMap(({ kind, workspace }) => (kind === 'entities' ? (workspace ?? []) : [])));
  const left = gateway.workspaces.filter((each) => !touched.includes(each) && allowed?.includes(each) !== false);
  const named = (why: string, names: readonly string[]): RestoreWarning[] =>
    names.length === 0
      ? []
      : [{ code: 'workspaces-left', message: `Workspaces left as they are, ${why}: ${names.join(', ')}.` }];
  return [
    ...named(
      'not in the snapshot',
      left.filter((each) => !held.has(each)),
    ),
    ...named(
      'not chosen',
      left.filter((each) => held.has(each)),
    ),
  ];
}

/** What stays, though it is not in the snapshot. */
export function keptWarnings({ kept, keptParents }: PlannedWorkspaces): RestoreWarning[] {
  const wide = kept.map(({ kind, label }) => ({
    code: 'gateway-wide-kept',
    message: `${kind} "${label}" is not in the snapshot but stays: it belongs to the whole gateway.`,
  }));
  return [...wide, ...keptParents.map(parentKept)];
}

function parentKept({ change, childKind = '', why }: KeptChange): RestoreWarning {
  const { workspace, kind, label } = change;
  const because =
    why === 'unread'
      ? `the gateway does not show its ${childKind}, which could go with it`
      : `it has ${childKind} outside the scope of this restore`;
  return {
    code: 'parent-kept',
    message: `${workspace}: ${kind} "${label}" is not in the snapshot but kept: ${because}.`,
  };
}

const blockedCodes = {
  mode: 'change-left-out',
  except: 'change-left-out',
  owned: 'plugin-owned-kept',
  others: 'others-kept',
  used: 'parent-kept',
  needs: 'change-left-out',
} as const;

export const blockedWarning = (blocked: BlockedChange): RestoreWarning => ({
  code: blockedCodes[blocked.why],
  message: blockedText(blocked),
});
