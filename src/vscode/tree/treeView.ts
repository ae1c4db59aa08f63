import * as vscode from 'vscode';
import type { Log } from '../log.js';
import { messageOf } from '../format.js';
import { ErrorNode } from './errorNode.js';
import type { TreeNode } from './treeNode.js';

/** Shows nodes in a view. What fails below a node stays below it: the others never notice. */
export class TreeView implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<TreeNode | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<TreeNode>;

  /** @param roots the top rows, read anew each time the whole tree refreshes. */
  constructor(
    viewId: string,
    private readonly roots: () => Promise<TreeNode[]>,
    private readonly log: Log,
    options: { canSelectMany?: boolean } = {},
  ) {
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this, showCollapseAll: true, ...options });
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = node.item();
    item.id = node.id;
    item.accessibilityInformation ??= { label: readAloud(item) };
    return item;
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!vscode.workspace.isTrusted) return [];
    try {
      return node ? ((await node.children?.()) ?? []) : await this.roots();
    } catch (error) {
      this.log.warn(`${node?.id ?? this.view.title}: ${messageOf(error)}`);
      return [new ErrorNode(node, error, () => this.readAgain(node))];
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    return node.parent;
  }

  /** Forgets what a node remembers, and draws it and what is below it again. */
  readAgain(node?: TreeNode): void {
    node?.forget?.();
    this.refresh(node);
  }

  /** Draws a node and what is below it again; the whole tree without one. */
  refresh(node?: TreeNode): void {
    this.changed.fire(node);
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}

/** What a screen reader says of a row: what is written there. Without it the tooltip would be read instead. */
function readAloud({ label, description }: vscode.TreeItem): string {
  const name = typeof label === 'string' ? label : (label?.label ?? '');
  return typeof description === 'string' && description !== '' ? `${name}, ${description}` : name;
}
