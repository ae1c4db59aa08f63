import * as vscode from 'vscode';
import type { PlannedPart } from '../../core/backupPlan.js';
import type { PartKind } from '../../core/part.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

/** Shows what a backup would take, has it changed, writes the choice into the environments file and backs up. */
export const chooseParts = ({ app, environments }: Pick<Workbench, 'app' | 'environments'>): Command => ({
  id: 'kongBackup.chooseParts',
  async run(call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Back up which environment?'));
    if (!environment) return;
    const { name } = environment;
    const plan = await call.withProgress(vscode.l10n.t('Looking at {0}', name), (context) =>
      core.planBackup(environment, context),
    );
    const title = vscode.l10n.t('Back up what of {0}?', name);
    const picked = await vscode.window.showQuickPick(plan.parts.map(itemOf), {
      title,
      canPickMany: true,
      matchOnDetail: true,
      placeHolder: vscode.l10n.t('The choice is remembered in the environments file.'),
    });
    if (!picked || picked.length === 0) return;
    const parts = picked.map(({ part }) => part);
    if (!isAsPlanned(plan.parts, parts)) {
      const { id: _id, ...fields } = environment;
      await core.updateEnvironment(name, { ...fields, parts });
      environments.refresh();
    }
    await vscode.commands.executeCommand('kongBackup.backUp', name);
  },
});

const isAsPlanned = (planned: readonly PlannedPart[], parts: readonly PartKind[]): boolean =>
  planned.every(({ part, selected }) => parts.includes(part) === selected);

const itemOf = ({ part, selected, driver, availability, recommended, reason }: PlannedPart) => ({
  label: part,
  description: [driver, ...(recommended ? [vscode.l10n.t('recommended')] : [])].join(' · '),
  detail: availability.available ? reason : `⚠ ${availability.reason} ${availability.remedy}`,
  picked: selected,
  part,
});
