import * as vscode from 'vscode';
import { describeError } from '../errorMessages.js';
import { errorIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';

/** Stands where a node's children would be when they can't be read. A click, or *Retry*, reads them again. */
export class ErrorNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode | undefined,
    readonly error: unknown,
    readonly retry: () => void,
  ) {
    this.id = `${parent?.id ?? ''}/error`;
  }

  item(): vscode.TreeItem {
    const { headline, text } = describeError(this.error);
    const item = new vscode.TreeItem(headline);
    item.description = vscode.l10n.t('Retry');
    item.tooltip = text;
    item.iconPath = errorIcon;
    item.contextValue = 'error';
    item.command = { command: 'kongBackup.retry', title: vscode.l10n.t('Retry'), arguments: [this] };
    return item;
  }
}
