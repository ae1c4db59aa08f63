import type { Environment } from '../../core/environment.js';
import type { CatalogueEntry } from '../../core/snapshot.js';
import type { LazyApp } from '../lazyApp.js';
import type { Log } from '../log.js';
import { NoFolderOpen } from '../noFolderOpen.js';
import { SnapshotFolderNode } from './snapshotFolderNode.js';
import { UnfinishedRestores } from '../unfinishedRestores.js';
import type { TreeNode } from './treeNode.js';
import { TreeView } from './treeView.js';

/** The view *Snapshots*: by environment, newest first. It reads the snapshot folder only, never a gateway. */
export class SnapshotsTree extends TreeView {
  private readonly unfinished = new UnfinishedRestores();

  constructor(private readonly services: { app: LazyApp; log: Log }) {
    super('kongBackup.snapshots', () => this.readRoots(), services.log, { canSelectMany: true });
  }

  /** Reads the folder again and selects one snapshot, where the view is open. */
  async show(snapshotId: string): Promise<void> {
    this.refresh();
    if (!this.view.visible) return;
    const node = await this.find(snapshotId);
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }

  private async find(snapshotId: string): Promise<TreeNode | undefined> {
    for (const folder of await this.getChildren()) {
      if (!(folder instanceof SnapshotFolderNode) || !snapshotId.startsWith(`${folder.name}/`)) continue;
      return (await folder.children()).find(({ id }) => id === `snapshot:${snapshotId}`);
    }
    return undefined;
  }

  private async readRoots(): Promise<TreeNode[]> {
    try {
      const app = await this.services.app.get();
      const [entries, { environments }, unfinished] = await Promise.all([
        app.snapshots(),
        app.environments(),
        app.unfinishedRestores(),
      ]);
      const byName = new Map<string, CatalogueEntry[]>();
      for (const entry of entries) {
        const name = entry.id.slice(0, Math.max(0, entry.id.lastIndexOf('/')));
        byName.set(name, [...(byName.get(name) ?? []), entry]);
      }
      const folders = [...byName]
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, ofName]) => new SnapshotFolderNode(name, ofName, ownerOf(name, ofName, environments)));
      return [...this.unfinished.rows(unfinished), ...folders];
    } catch (error) {
      // An empty tree shows the welcome text, which says how to open a folder.
      if (error instanceof NoFolderOpen) return [];
      throw error;
    }
  }
}

/** By id first: an environment that was renamed keeps its snapshots. */
function ownerOf(
  name: string,
  entries: readonly CatalogueEntry[],
  environments: readonly Environment[],
): Environment | undefined {
  const ids = new Set(entries.map(({ manifest }) => manifest?.environment.id));
  return environments.find(({ id }) => ids.has(id)) ?? environments.find((environment) => environment.name === name);
}
