import * as vscode from 'vscode';
import type { Environment } from '../../core/environment.js';
import { formatKind, totalOf } from '../format.js';
import type { LazyApp } from '../lazyApp.js';
import type { Log } from '../log.js';
import { readSettings } from '../settings.js';
import { withTimeLimit } from '../timeLimit.js';
import { emptyIcon, MessageNode, warningIcon } from './messageNode.js';
import type { TreeNode } from './treeNode.js';

/** Counting follows every page of every kind, so it may take as long as this many requests. */
const requestsPerCount = 4;

/** A workspace of an environment; how many entities of each kind it has is read when it is opened. */
export class WorkspaceNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    readonly environment: Environment,
    readonly workspace: string,
    private readonly services: { app: LazyApp; log: Log },
  ) {
    this.id = `${parent.id}/workspace:${workspace}`;
  }

  item(): vscode.TreeItem {
    const item = new vscode.TreeItem(this.workspace, vscode.TreeItemCollapsibleState.Collapsed);
    item.iconPath = new vscode.ThemeIcon('layers');
    item.tooltip = vscode.l10n.t('Workspace {0} of {1}', this.workspace, this.environment.name);
    item.contextValue = 'workspace';
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { app, log } = this.services;
    const { environment, workspace } = this;
    const core = await app.get();
    const limit = requestsPerCount * readSettings().requestTimeout;
    const { counts, gaps } = await withTimeLimit(limit, environment.adminUrl, (signal) =>
      core.counts(environment, workspace, { signal, log, report() {} }),
    );
    const rows = Object.entries(counts)
      .filter(([, count]) => count > 0)
      .sort(([, a], [, b]) => b - a)
      .map(([kind, count]) => this.message(kind, formatKind(kind), String(count)));
    const unread = gaps.map(({ kind, reason, remedy }) => {
      const label = vscode.l10n.t('{0}: could not be read', formatKind(kind ?? ''));
      return new MessageNode(this, {
        key: `gap:${kind}`,
        label,
        tooltip: `${reason} ${remedy}`.trim(),
        icon: warningIcon,
      });
    });
    if (totalOf(counts) === 0 && unread.length === 0) {
      return [new MessageNode(this, { key: 'empty', label: vscode.l10n.t('No entities'), icon: emptyIcon })];
    }
    return [...unread, ...rows];
  }

  private message(key: string, label: string, description: string): MessageNode {
    return new MessageNode(this, { key, label, description, icon: new vscode.ThemeIcon('symbol-field') });
  }
}
