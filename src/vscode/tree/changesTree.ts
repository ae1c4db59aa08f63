import * as vscode from 'vscode';
import type { ChangeDocuments } from '../documents/changeDocuments.js';
import { formatGap } from '../format.js';
import type { Log } from '../log.js';
import { groupsOf } from './changeNodes.js';
import { MessageNode, warningIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';
import { TreeView } from './treeView.js';

/** The view *Changes*: what differs in the comparison that is open, and what could not be compared. */
export class ChangesTree extends TreeView {
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly changes: ChangeDocuments,
    log: Log,
  ) {
    super('kongBackup.changes', () => Promise.resolve(rootsOf(changes)), log);
    this.subscription = changes.onDidChangeComparison(() => this.comparisonChanged());
  }

  override dispose(): void {
    this.subscription.dispose();
    super.dispose();
  }

  private comparisonChanged(): void {
    const { current, filter, areSecretsShown } = this.changes;
    const shown = this.changes.changes().length;
    const all = current?.comparison.plan.workspaces.reduce((sum, { changes }) => sum + changes.length, 0) ?? 0;
    const notes = [
      ...(current ? [current.title] : []),
      ...(filter === '' ? [] : [vscode.l10n.t('Filter “{0}”: {1} of {2}', filter, shown, all)]),
      ...(areSecretsShown ? [vscode.l10n.t('Secrets are shown.')] : []),
    ];
    this.view.message = notes.join(' · ');
    this.view.badge = all === 0 ? undefined : { value: all, tooltip: vscode.l10n.t('{0} differences', all) };
    this.refresh();
  }
}

function rootsOf(changes: ChangeDocuments): TreeNode[] {
  const { current } = changes;
  if (!current) return [];
  const { unknown, notCompared } = current.comparison;
  const open = [
    ...notCompared.map((name) => vscode.l10n.t('Not compared: workspace {0}, of which only one side is known.', name)),
    ...unknown.map((gap) => vscode.l10n.t('Not compared: {0}', formatGap(gap))),
  ].map(
    (label, index) => new MessageNode(undefined, { key: `open:${index}`, label, tooltip: label, icon: warningIcon }),
  );
  return [...open, ...groupsOf(undefined, 'workspace', changes.changes())];
}
