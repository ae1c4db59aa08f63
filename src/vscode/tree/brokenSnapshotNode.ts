import * as vscode from 'vscode';
import type { CatalogueEntry } from '../../core/snapshot.js';
import { describeCode } from '../errorMessages.js';
import { errorIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';

type Broken = Extract<CatalogueEntry, { manifest?: undefined }>;

/** A folder among the snapshots that is not a whole one, and why. */
export class BrokenSnapshotNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    private readonly entry: Broken,
  ) {
    this.id = `snapshot:${entry.id}`;
  }

  get snapshotId(): string {
    return this.entry.id;
  }

  item(): vscode.TreeItem {
    const { id, problem } = this.entry;
    const item = new vscode.TreeItem(id.slice(id.indexOf('/') + 1));
    item.description = markOf(problem.code);
    item.tooltip = [id, describeCode(problem.code), problem.reason].join('\n');
    item.iconPath = errorIcon;
    item.contextValue = 'snapshot.broken';
    return item;
  }
}

function markOf(code: Broken['problem']['code']): string {
  switch (code) {
    case 'snapshot-damaged':
      return vscode.l10n.t('damaged');
    case 'snapshot-incomplete':
      return vscode.l10n.t('incomplete');
    case 'snapshot-newer-format':
      return vscode.l10n.t('newer format');
    case 'store-unreachable':
      return vscode.l10n.t('store unreachable');
  }
}
