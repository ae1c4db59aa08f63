import * as vscode from 'vscode';
import type { Environment } from '../../core/environment.js';
import type { CatalogueEntry } from '../../core/snapshot.js';
import { environmentUri } from '../environmentDecorations.js';
import { BrokenSnapshotNode } from './brokenSnapshotNode.js';
import { SnapshotNode } from './snapshotNode.js';
import type { TreeNode } from './treeNode.js';

/** The snapshots of one environment, newest first. */
export class SnapshotFolderNode implements TreeNode {
  readonly id: string;
  readonly parent = undefined;

  constructor(
    readonly name: string,
    readonly entries: readonly CatalogueEntry[],
    /** Undefined when the environments file names it no more. */
    readonly environment: Environment | undefined,
  ) {
    this.id = `snapshots-of:${name}`;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.name, vscode.TreeItemCollapsibleState.Expanded);
    item.description = String(this.entries.length);
    item.iconPath = new vscode.ThemeIcon('server-environment');
    item.contextValue = this.environment ? 'snapshots' : 'snapshots.orphaned';
    if (this.environment) item.resourceUri = environmentUri(this.environment);
    return item;
  }

  children(): Promise<TreeNode[]> {
    return Promise.resolve(
      this.entries.map((entry) =>
        entry.manifest ? new SnapshotNode(this, entry.manifest, entry.state) : new BrokenSnapshotNode(this, entry),
      ),
    );
  }
}
