import * as vscode from 'vscode';
import type { Action, Change } from '../../core/change.js';
import { formatChangesShort, formatKind } from '../format.js';
import type { TreeNode } from './treeNode.js';

const icons: Record<Action, vscode.ThemeIcon> = {
  create: new vscode.ThemeIcon('diff-added', new vscode.ThemeColor('gitDecoration.addedResourceForeground')),
  update: new vscode.ThemeIcon('diff-modified', new vscode.ThemeColor('gitDecoration.modifiedResourceForeground')),
  delete: new vscode.ThemeIcon('diff-removed', new vscode.ThemeColor('gitDecoration.deletedResourceForeground')),
};

/** One entity that differs. */
export class ChangeNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    readonly change: Change,
  ) {
    this.id = `${parent.id}/${change.action}:${change.id}`;
  }

  item(): vscode.TreeItem {
    const { action, kind, label, fields = [] } = this.change;
    const words = {
      create: vscode.l10n.t('is created'),
      update: fields.map(({ path }) => path).join(', '),
      delete: vscode.l10n.t('is deleted'),
    };
    const item = new vscode.TreeItem(label);
    item.description = words[action];
    item.iconPath = icons[action];
    item.tooltip = `${formatKind(kind)} ${label}\n${words[action]}`;
    item.contextValue = 'change';
    item.command = { command: 'kongBackup.openChange', title: vscode.l10n.t('Open Change'), arguments: [this] };
    return item;
  }
}

/** The changes of a workspace, or of one kind in it. */
export class ChangeGroupNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode | undefined,
    private readonly group: { by: 'workspace' | 'kind'; name: string },
    private readonly changes: readonly Change[],
  ) {
    this.id = `${parent?.id ?? 'changes'}/${group.by}:${group.name}`;
  }

  item(): vscode.TreeItem {
    const { by, name } = this.group;
    const label = by === 'kind' ? formatKind(name) : name;
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
    const counts = { creates: 0, updates: 0, deletes: 0 };
    for (const { action } of this.changes) counts[`${action}s`]++;
    item.description = formatChangesShort(counts);
    item.iconPath = new vscode.ThemeIcon(by === 'kind' ? 'symbol-field' : 'layers');
    item.contextValue = 'changes';
    return item;
  }

  children(): Promise<TreeNode[]> {
    if (this.group.by === 'kind') return Promise.resolve(this.changes.map((change) => new ChangeNode(this, change)));
    return Promise.resolve(groupsOf(this, 'kind', this.changes));
  }
}

export function groupsOf(
  parent: TreeNode | undefined,
  by: 'workspace' | 'kind',
  changes: readonly Change[],
): ChangeGroupNode[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const own = groups.get(change[by]);
    if (own) own.push(change);
    else groups.set(change[by], [change]);
  }
  return [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, own]) => new ChangeGroupNode(parent, { by, name }, own));
}
