import type * as vscode from 'vscode';

/** One row of a tree: it draws itself and finds its own children. */
export interface TreeNode {
  /** Stable and unique in its tree: made of names and ids, never of counts, times or states. */
  readonly id: string;
  readonly parent: TreeNode | undefined;
  item(): vscode.TreeItem;
  /** Absent for a leaf. May throw: the tree then shows an error node with *Retry* in their place. */
  children?(): Promise<TreeNode[]>;
  /** Drops what is remembered, so that the next `children` asks again. */
  forget?(): void;
}
