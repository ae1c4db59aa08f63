import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { KongBackupError } from '../../core/errors.js';
import { type Migration, underWay } from '../../core/migration.js';
import { formatTime } from '../format.js';
import { pickEnvironment } from '../input/pickers.js';
import { environmentOf } from '../tree/environmentsTree.js';
import { stepName } from '../views/migrationWords.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'environments' | 'migrations'>;

/** Begins a move from one gateway to another, and shows its steps. Nothing is asked of a gateway yet. */
export const startMigration = ({ app, environments, migrations }: Needs): Command => ({
  id: 'kongBackup.startMigration',
  async run(_call, from, to) {
    const core = await app.get();
    const row = environmentOf(from) ?? (typeof from === 'string' ? from : undefined);
    const blue = await pickEnvironment(core, row, vscode.l10n.t('Migrate from which environment (blue)?'));
    if (!blue) return;
    const given = typeof to === 'string' ? to : undefined;
    const green = await pickEnvironment(
      core,
      given,
      vscode.l10n.t('Migrate {0} to which environment (green)?', blue.name),
    );
    if (!green) return;
    const other = underWay(await core.migrations.list(), green.name);
    const choice = other ? await askTwice(other) : 'begin';
    if (choice === 'open' && other) await migrations.open(other.id);
    if (choice !== 'begin') return;
    const { id } = await core.migrations.start(blue.name, green.name);
    environments.refresh();
    await migrations.open(id);
  },
});

/** Two that write to the same green get in each other's way. */
async function askTwice({ blue, green, createdAt, createdBy }: Migration): Promise<'open' | 'begin' | undefined> {
  const open = vscode.l10n.t('Open Migration');
  const begin = vscode.l10n.t('Begin Another');
  const message = vscode.l10n.t('A migration from {0} to {1} is under way already.', blue.name, green.name);
  const detail = vscode.l10n.t('Begun {0} by {1}', formatTime(createdAt), createdBy);
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, open, begin);
  return answer === open ? 'open' : answer === begin ? 'begin' : undefined;
}

/** Shows a migration that was begun, by whomever. */
export const openMigration = ({ app, migrations }: Needs): Command => ({
  id: 'kongBackup.openMigration',
  async run(_call, arg) {
    const core = await app.get();
    const id = typeof arg === 'string' ? arg : await pickMigration(core);
    if (id !== undefined) await migrations.open(id);
  },
});

const whereIs = ({ next, closed }: Migration): string =>
  closed ? vscode.l10n.t('Closed') : next === undefined ? vscode.l10n.t('All steps are over.') : stepName(next);

async function pickMigration({ migrations }: App): Promise<string | undefined> {
  const all = await migrations.list();
  if (all.length === 0) {
    throw new KongBackupError('migration-missing', {
      place: vscode.l10n.t('Migrations'),
      reason: vscode.l10n.t('None was begun yet.'),
      remedy: vscode.l10n.t('Begin one with Start Migration.'),
    });
  }
  const items = all.map((each) =>
    'error' in each
      ? { id: each.id, label: each.id, detail: each.error.reason }
      : {
          id: each.id,
          label: vscode.l10n.t('{0} to {1}', each.blue.name, each.green.name),
          description: whereIs(each),
          detail: `${each.createdBy}, ${formatTime(each.createdAt)}`,
        },
  );
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Open which migration?') }))?.id;
}
