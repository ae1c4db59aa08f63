import {
  type AddedChange,
  type BlockedChange,
  type Change,
  countChanges,
  type IdleSelector,
  type Plan,
  type RestoreChoice,
} from '../core/change.js';
import type { Environment, GatewayInfo } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { PlanChooser } from '../estate/choosePlan.js';
import { type CredentialWarning, credentialWarnings } from '../estate/credentialWarnings.js';
import { judgeIdle, type Named } from './idleSelectors.js';
import { blockedWarning, keptWarnings, type RestoreWarning } from './planWarnings.js';
import type { PlannedWorkspaces } from './planWorkspaces.js';

/** Deletes that are too many to overlook: somebody says yes to their number. */
export interface ManyDeletes {
  deletes: number;
  /** How many entities the gateway has in these workspaces. */
  live: number;
}

/** What of a plan was chosen. */
export interface ChosenRestore {
  plan: Plan;
  choice: RestoreChoice;
  warnings: RestoreWarning[];
  /** Logins that would stop working, because what is written of them is a hash: the restore waits until that is accepted. */
  breaks: CredentialWarning[];
  /** What nobody chose and what is chosen needs. */
  added: AddedChange[];
  /** What was chosen and can't be done. */
  blocked: BlockedChange[];
  /** How many differences are left as they are. */
  left: number;
  /** Those of `only` and `except` that name no change. */
  idle: IdleSelector[];
  /** Set when the deletes are more than the environment lets pass unasked. */
  manyDeletes?: ManyDeletes;
  /** Why a tool that knows only the snapshot's files would not do the same. */
  notByFile?: string;
}

export interface ChoiceParts {
  environment: Environment;
  gateway: GatewayInfo;
  planned: PlannedWorkspaces;
  choose: PlanChooser;
  /** How many entities the gateway has in these workspaces. */
  live: number;
  /** What can be named by a choice. */
  named: Named;
  /** Those that hold whatever is chosen. */
  warnings: readonly RestoreWarning[];
  isOverridden: boolean;
  boundTags?: readonly string[];
}

/**
 * @returns what chooses from a plan, as often as is asked; `byDefault` when nobody asked for the mode.
 * It throws KongBackupError `gateway-rejected` for plugins that the gateway does not have, `selector-unknown` for kinds that there
 * are not.
 */
export function restoreChooser(parts: ChoiceParts): (choice: RestoreChoice, byDefault: boolean) => ChosenRestore {
  const { environment, gateway, planned, live, isOverridden } = parts;
  return (choice, byDefault) => {
    const { plan, added, blocked, left, idle } = parts.choose(choice);
    refuseMissingPlugins(environment, gateway, plan);
    const breaks = plan.workspaces.flatMap(credentialWarnings);
    const manyDeletes = tooMany(environment, countChanges(plan).deletes, live);
    const notByFile = isOverridden
      ? 'values of the snapshot are overridden.'
      : left > 0
        ? 'only a part of what differs is written.'
        : undefined;
    return {
      plan,
      choice,
      warnings: [
        ...parts.warnings,
        ...planWarnings(planned, choice, parts.boundTags),
        ...leftWarnings(choice, left, byDefault),
        ...blocked.map(blockedWarning),
        ...breaks.map(({ code, message }) => ({ code, message })),
        ...(manyDeletes ? [manyWarning(manyDeletes)] : []),
      ],
      breaks,
      added,
      blocked,
      left,
      idle: judgeIdle(idle, parts.named),
      ...(manyDeletes && { manyDeletes }),
      ...(notByFile !== undefined && { notByFile }),
    };
  };
}

function planWarnings(
  planned: PlannedWorkspaces,
  { mode }: RestoreChoice,
  boundTags: readonly string[] | undefined,
): RestoreWarning[] {
  const { leftOut, otherIds } = planned;
  const warnings = mode === 'exact' ? keptWarnings(planned) : [];
  if (otherIds > 0) {
    const message = `Entities with another id in the gateway than in the snapshot: ${otherIds}. They keep it, and references follow.`;
    warnings.push({ code: 'other-ids', message });
  }
  if (boundTags && leftOut > 0) {
    const message = `Only what has the tags ${boundTags.join(', ')} is written; ${leftOut} other differences are left out.`;
    warnings.push({ code: 'tags-left-out', message });
  }
  return warnings;
}

function leftWarnings({ mode, only, except }: RestoreChoice, left: number, byDefault: boolean): RestoreWarning[] {
  const isPicked = only !== undefined || (except !== undefined && except.length > 0);
  if (left === 0 || (mode === 'exact' && !isPicked)) return [];
  const why = byDefault
    ? 'the gateway has entities with tags that the snapshot does not speak of, so nothing is deleted unless you ask for mode exact'
    : isPicked
      ? 'only what was chosen is written'
      : 'nothing is deleted in this mode';
  return [{ code: 'change-left-out', message: `${left} other differences are left as they are: ${why}.` }];
}

function refuseMissingPlugins(environment: Environment, gateway: GatewayInfo, plan: Plan): void {
  if (gateway.plugins.length === 0) return;
  const wanted = plan.workspaces.flatMap(({ changes }) => changes.flatMap(pluginOf));
  const missing = [...new Set(wanted)].filter((name) => !gateway.plugins.includes(name)).sort();
  if (missing.length === 0) return;
  throw new KongBackupError('gateway-rejected', {
    place: environment.name,
    reason: `The gateway does not have these plugins of the snapshot: ${missing.join(', ')}.`,
    remedy: 'Install and enable them on the gateway, then try again, or leave them out. Nothing was written.',
  });
}

const pluginOf = ({ kind, action, after }: Change): string[] =>
  kind === 'plugins' && action !== 'delete' && typeof after?.name === 'string' ? [after.name] : [];

const usualNumber = 50;
const usualShare = 0.3;
/** A share of little is no sign of a mistake; who names a share means it. */
const fewest = 10;

/** Deletions that could come from a snapshot of the wrong gateway. */
function tooMany({ restore = {} }: Environment, deletes: number, live: number): ManyDeletes | undefined {
  const { maxDeletes = usualNumber, maxDeleteShare } = restore;
  const isMuch = deletes > live * (maxDeleteShare ?? usualShare) && (maxDeleteShare !== undefined || deletes >= fewest);
  return deletes > 0 && (deletes > maxDeletes || isMuch) ? { deletes, live } : undefined;
}

const manyWarning = ({ deletes, live }: ManyDeletes): RestoreWarning => ({
  code: 'many-deletes',
  message: `${deletes} of the ${live} entities that were compared would be deleted.`,
});
