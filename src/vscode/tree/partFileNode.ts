import * as vscode from 'vscode';
import type { ArtifactFile, PartRecord } from '../../core/snapshot.js';
import { formatBytes, formatKind, totalOf } from '../format.js';
import type { TreeNode } from './treeNode.js';

/** One file of a snapshot's part; a click opens it read-only. */
export class PartFileNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    readonly snapshotId: string,
    private readonly part: PartRecord,
    readonly file: ArtifactFile,
  ) {
    this.id = `${parent.id}/file:${file.path}`;
  }

  item(): vscode.TreeItem {
    const { kind, workspace, driver, counts } = this.part;
    const item = new vscode.TreeItem(workspace === undefined ? formatKind(kind) : workspace);
    item.description = `${vscode.l10n.t('{0} entities', totalOf(counts))} · ${formatBytes(this.file.bytes)}`;
    const byKind = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${formatKind(name)}: ${count}`);
    item.tooltip = [this.file.path, formatKind(kind), `${driver.id} ${driver.version}`, ...byKind].join('\n');
    item.iconPath = new vscode.ThemeIcon('file-code');
    item.contextValue = 'part';
    item.command = { command: 'kongBackup.openPart', title: vscode.l10n.t('Open'), arguments: [this] };
    return item;
  }
}
