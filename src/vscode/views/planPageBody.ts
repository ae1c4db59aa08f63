import * as vscode from 'vscode';
import type { RestorePlan } from '../../app.js';
import { restoreModes, type RestoreMode } from '../../core/change.js';
import { formatTime } from '../format.js';
import { escapeHtml } from './page.js';

/** The body of the page of a plan: what doesn't change while it is open. The tree is drawn by `media/pages/plan.js`. */
export function planPageBody(title: string, plan: RestorePlan): string {
  const text = escapeHtml;
  return `<header>
<h1>${text(title)}</h1>
<dl>${facts(plan)
    .map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`)
    .join('')}</dl>
<p id="note" class="error" role="status" hidden></p>
<fieldset><legend>${text(vscode.l10n.t('What to do'))}</legend>${restoreModes.map(radio).join('')}</fieldset>
<p id="hint" class="hint"></p>
<p id="problem" class="error" role="alert" hidden></p>
<details id="warnings" class="warnings" open hidden><summary></summary><ul></ul></details>
<div class="bar"><input id="filter" type="search" placeholder="${text(vscode.l10n.t('Filter: words of workspace, kind, name, action'))}"
 aria-label="${text(vscode.l10n.t('Filter the changes'))}"><span id="shown" class="count" role="status"></span></div>
</header>
<div id="tree" class="tree" role="tree" tabindex="0" aria-multiselectable="true" aria-label="${text(vscode.l10n.t('Changes. Space ticks, Enter opens both sides.'))}"><div id="space" class="space" role="presentation"></div></div>
<p id="nothing" class="nothing" hidden>${text(vscode.l10n.t('Nothing to show.'))}</p>
<footer>
<span id="counts" class="count" role="status"></span>
<button id="restore" class="first" type="button" disabled>${text(vscode.l10n.t('Restore…'))}</button>
<button id="all" type="button">${text(vscode.l10n.t('Look at All Changes'))}</button>
<button id="cancel" type="button">${text(vscode.l10n.t('Cancel'))}</button>
</footer>`;
}

function facts({ environment, gateway, snapshot }: RestorePlan): [string, string][] {
  const { label, createdAt } = snapshot;
  return [
    [vscode.l10n.t('Environment'), `${environment.name} (${environment.adminUrl})`],
    [vscode.l10n.t('Gateway'), `Kong ${gateway.version}, ${gateway.mode}`],
    [
      vscode.l10n.t('Snapshot'),
      [snapshot.id, formatTime(createdAt), label].filter((part) => part !== undefined).join(' · '),
    ],
  ];
}

const modeNames: Readonly<Record<RestoreMode, () => string>> = {
  exact: () => vscode.l10n.t('Exactly the snapshot'),
  'add-and-update': () => vscode.l10n.t('Add and update, delete nothing'),
  only: () => vscode.l10n.t('Only what is ticked'),
};

const radio = (mode: RestoreMode): string =>
  `<label><input type="radio" name="mode" value="${mode}">${escapeHtml(modeNames[mode]())}</label>`;

/** The words of the script. `{0}` stands for a value. */
export const planPageWords = (): Record<string, string> => ({
  create: vscode.l10n.t('create'),
  update: vscode.l10n.t('update'),
  delete: vscode.l10n.t('delete'),
  workspace: vscode.l10n.t('Workspace {0}', '{0}'),
  chosen: vscode.l10n.t('{0} of {1} ticked', '{0}', '{1}'),
  shown: vscode.l10n.t('{0} of {1} changes shown', '{0}', '{1}'),
  warnings: vscode.l10n.t('Warnings ({0})', '{0}'),
  'hint-exact': vscode.l10n.t(
    'The gateway becomes what the snapshot says. To leave something as it is, take its tick away.',
  ),
  'hint-add-and-update': vscode.l10n.t('What the snapshot holds is created or updated. What it does not hold stays.'),
  'hint-only': vscode.l10n.t('What a ticked entity needs is added by itself, with a dashed box and the reason.'),
});
