import * as vscode from 'vscode';
import { MessageNode, warningIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';

/** A line below a heading. */
export interface Note {
  /** Unique among its siblings. */
  key: string;
  label: string;
  description?: string;
  tooltip: string;
}

/** Several things to know about a snapshot, under one heading. */
export class NotesNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    private readonly heading: { key: string; label: string; icon?: vscode.ThemeIcon },
    private readonly notes: readonly Note[],
  ) {
    this.id = `${parent.id}/notes:${heading.key}`;
  }

  item(): vscode.TreeItem {
    const { label, icon = warningIcon } = this.heading;
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
    item.description = String(this.notes.length);
    item.iconPath = icon;
    item.contextValue = 'notes';
    return item;
  }

  children(): Promise<TreeNode[]> {
    return Promise.resolve(this.notes.map((note) => new MessageNode(this, note)));
  }
}
