import * as vscode from 'vscode';
import type { Gap } from '../../core/coverage.js';
import { formatKind } from '../format.js';
import { MessageNode, warningIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';

/** What a snapshot does not hold, each with its reason. */
export class NotHeldNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    private readonly gaps: readonly Gap[],
  ) {
    this.id = `${parent.id}/not-held`;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('Not in this snapshot'), vscode.TreeItemCollapsibleState.Collapsed);
    item.description = String(this.gaps.length);
    item.iconPath = warningIcon;
    item.contextValue = 'notHeld';
    return item;
  }

  children(): Promise<TreeNode[]> {
    const rows = this.gaps.map(({ part, kind, workspace, reason, remedy }) => {
      const label = [formatKind(kind ?? part), ...(workspace ? [workspace] : [])].join(' · ');
      const key = `${part}:${kind}:${workspace}`;
      return new MessageNode(this, { key, label, description: reason, tooltip: `${reason} ${remedy}`.trim() });
    });
    return Promise.resolve(rows);
  }
}
