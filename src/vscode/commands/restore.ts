import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { type ChangeSelector, isEmptyPlan } from '../../core/change.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import type { Manifest } from '../../core/snapshot.js';
import { formatKind } from '../format.js';
import { pickSnapshot, pickTarget, snapshotIdOf } from '../input/pickers.js';
import { equalAlready } from '../equalAlready.js';
import { environmentOf } from '../tree/environmentsTree.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'plans' | 'statusBar'>;

/** Plans a restore and shows the plan, from which a person chooses and restores. Nothing is written here. */
export const restore = (needs: Needs): Command => ({
  id: 'kongBackup.restore',
  async run(call, arg, target, about) {
    const { app, inPlay, plans, statusBar } = needs;
    const core = await app.get();
    const entity = entityOf(about);
    const snapshot = await chooseSnapshot(core, arg ?? (entity && (await snapshotAround(core, entity.uri))));
    if (!snapshot) return;
    const named =
      typeof target === 'string' ? target : snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
    const title = vscode.l10n.t('Restore {0} into which environment?', snapshot.id);
    const environment = await pickTarget(core, snapshot, named, title);
    if (!environment) return;
    refuseReadOnly(environment);
    inPlay.set(environment);
    const plan = await call.withProgress(vscode.l10n.t('Planning the restore of {0}', environment.name), (context) =>
      core.planRestore(snapshot.id, environment, entity ? { mode: 'only', only: [entity.selector] } : {}, context),
    );
    plans.open(plan);
    if (entity && isEmptyPlan(plan.plan) && !isEmptyPlan(plan.whole)) {
      const { kind, name } = entity.selector;
      statusBar.say(vscode.l10n.t('{0} {1} is as in the snapshot already', formatKind(kind), name));
    }
    if (!isEmptyPlan(plan.whole)) return;
    if (plan.unread.length === 0) {
      statusBar.say(equalAlready(plan));
      return;
    }
    void vscode.window.showWarningMessage(
      vscode.l10n.t(
        '{0}: nothing differs in what could be read, but that was not all. The plan says what is missing.',
        environment.name,
      ),
    );
  },
});

function chooseSnapshot(core: App, arg: unknown): Promise<Manifest | undefined> {
  const title = vscode.l10n.t('Restore which snapshot?');
  const environment = snapshotIdOf(arg) === undefined ? environmentOf(arg) : undefined;
  if (environment) return pickSnapshot(core, undefined, { title, environment: environment.name });
  return pickSnapshot(core, arg, { title });
}

/** The entity that a lens stands above, and the file that it is in. */
function entityOf(about: unknown): { uri: string; selector: Required<ChangeSelector> } | undefined {
  const { uri, workspace, kind, name } = (about ?? {}) as Record<string, unknown>;
  const isNamed = [uri, workspace, kind, name].every((word) => typeof word === 'string' && word !== '');
  return isNamed ? { uri: String(uri), selector: { workspace, kind, name } as Required<ChangeSelector> } : undefined;
}

/** The snapshot that a file belongs to, told by the folders it is in; undefined for one of the workspace. */
async function snapshotAround(core: App, uri: string): Promise<string | undefined> {
  const { path } = vscode.Uri.parse(uri);
  return (await core.snapshots()).find(({ manifest }) => manifest && path.includes(`/${manifest.id}/`))?.id;
}

function refuseReadOnly({ name, readOnly }: Environment): void {
  if (!readOnly) return;
  throw new KongBackupError('environment-read-only', {
    place: name,
    reason: vscode.l10n.t('The environments file says readOnly.'),
    remedy: vscode.l10n.t('Restore into another environment, or take the flag away.'),
  });
}
