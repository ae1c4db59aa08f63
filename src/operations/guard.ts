import type { Change, Plan } from '../core/change.js';
import { type OperationContext, withinStep } from '../core/context.js';
import type { Target } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import type { Manifest } from '../core/snapshot.js';
import type { Entity } from '../estate/entity.js';
import { entityKind, workspaceKind } from '../estate/kinds.js';
import { keyText } from '../estate/naturalKey.js';
import { backup, type BackupParts } from './backup.js';
import type { PlannedRestore } from './planRestore.js';
import type { SeenWorkspace, TakenWorkspace } from './takeWorkspace.js';

/**
 * The state before, of every workspace that there is; none when all of them have yet to be made. It is taken by our own
 * engine, which knows every kind, and without tags: what has other tags now is changed all the same when it is recognised.
 * @param seen what the plan was made from: then the safety snapshot is just that, and nothing is read again.
 * @throws KongBackupError `safety-snapshot-incomplete` when it does not hold all that the plan updates or deletes.
 */
export async function takeGuard(
  parts: BackupParts,
  target: Target,
  { plan, snapshot, gateway, boundTags }: PlannedRestore,
  seen: ReadonlyMap<string, SeenWorkspace> | undefined,
  context: OperationContext,
): Promise<Manifest | undefined> {
  const workspaces = plan.workspaces.flatMap(({ workspace, exists }) => (exists ? workspace : []));
  if (workspaces.length === 0) return undefined;
  context.report({ step: 'safety-snapshot', subject: target.environment.name });
  const { selectTags: _selectTags, ...environment } = target.environment;
  const tags = [...new Set([...(snapshot.selectTags ?? []), ...(boundTags ?? [])])];
  let taken: readonly TakenWorkspace[] = [];
  const guard = await backup(
    parts,
    {
      target: { ...target, environment: { ...environment, engine: 'admin-api' } },
      workspaces,
      parts: ['entities'],
      wholeOrNothing: true,
      label: `Before restoring ${snapshot.id} (Kong ${gateway.version})`,
      guards: snapshot.id,
      ...(tags.length > 0 && { boundTags: tags }),
      ...(seen && { seen }),
      onTaken: (all) => (taken = all),
    },
    withinStep(context, 'safety-snapshot'),
  );
  refuseIncomplete(guard, taken, plan);
  return guard;
}

/** @param taken what its files were read back as. */
function refuseIncomplete(guard: Manifest, taken: readonly TakenWorkspace[], plan: Plan): void {
  const touched = plan.workspaces.flatMap(({ changes }) =>
    changes.filter(({ action, kind }) => action !== 'create' && kind !== workspaceKind),
  );
  if (touched.length === 0) return;
  const holds = new Set(taken.flatMap(({ file }) => file.entities.map(identityOf)));
  const unsure = new Set(taken.flatMap(({ part, gaps }) => gaps.map(({ kind }) => `${part.workspace} ${kind}`)));
  const isHeld = ({ workspace, kind, before = {} }: Change): boolean =>
    !unsure.has(`${workspace} ${kind}`) && holds.has(identityOf({ kind, fields: before }));
  const missing = touched.filter((change) => !isHeld(change));
  const [first] = missing;
  if (!first) return;
  const others = missing.length === 1 ? '' : ` and ${missing.length - 1} more`;
  throw new KongBackupError('safety-snapshot-incomplete', {
    place: guard.id,
    reason: `The safety snapshot does not hold ${first.kind} "${first.label}" of ${first.workspace}${others}, which the restore would change.`,
    remedy: 'Nothing was written. Try again; if it stays like this, see to it that the gateway shows these kinds.',
  });
}

/** By id; what has none of its own in a file, by its natural key. */
function identityOf({ kind, fields }: Entity): string {
  const { untagged, keys } = entityKind(kind);
  const key = untagged === true ? keys[0] && keyText(fields, keys[0]) : String(fields['id']);
  return `${kind} ${key ?? ''}`;
}
