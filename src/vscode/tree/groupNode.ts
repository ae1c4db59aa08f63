import * as vscode from 'vscode';
import type { TreeNode } from './treeNode.js';

/** The environments that name the same group. */
export class GroupNode implements TreeNode {
  readonly id: string;
  readonly parent = undefined;

  constructor(
    readonly group: string,
    private readonly members: (parent: TreeNode) => TreeNode[],
  ) {
    this.id = `group:${group}`;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.group, vscode.TreeItemCollapsibleState.Expanded);
    item.iconPath = new vscode.ThemeIcon('folder');
    item.contextValue = 'group';
    return item;
  }

  children(): Promise<TreeNode[]> {
    return Promise.resolve(this.members(this));
  }
}
