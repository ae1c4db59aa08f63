import * as vscode from 'vscode';
import type { TreeNode } from './treeNode.js';

/** A row that only says something: that there is nothing, or what is not as it should be. */
export class MessageNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode | undefined,
    private readonly row: {
      /** Unique among its siblings. */
      key: string;
      label: string;
      description?: string;
      tooltip?: string;
      icon?: vscode.ThemeIcon;
      command?: vscode.Command;
    },
  ) {
    this.id = `${parent?.id ?? ''}/message:${row.key}`;
  }

  item(): vscode.TreeItem {
    const { label, description, tooltip, icon, command } = this.row;
    const item = new vscode.TreeItem(label);
    if (description !== undefined) item.description = description;
    if (tooltip !== undefined) item.tooltip = tooltip;
    if (icon) item.iconPath = icon;
    if (command) item.command = command;
    item.contextValue = 'message';
    return item;
  }
}

export const warningIcon = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
export const errorIcon = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
export const emptyIcon = new vscode.ThemeIcon('circle-slash');
