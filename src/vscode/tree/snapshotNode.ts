import * as vscode from 'vscode';
import type { Manifest } from '../../core/snapshot.js';
import { formatAge, formatBytes, formatTime, totalOf } from '../format.js';
import { MessageNode, warningIcon } from './messageNode.js';
import { NotHeldNode } from './notHeldNode.js';
import { PartFileNode } from './partFileNode.js';
import type { TreeNode } from './treeNode.js';

/** A whole snapshot: when it was taken, how old and big it is, whether it warns; its parts below. */
export class SnapshotNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    readonly manifest: Manifest,
  ) {
    this.id = `snapshot:${manifest.id}`;
  }

  get snapshotId(): string {
    return this.manifest.id;
  }

  item(): vscode.TreeItem {
    const { createdAt, label, warnings, coverage, guards, pinned } = this.manifest;
    const item = new vscode.TreeItem(formatTime(createdAt), vscode.TreeItemCollapsibleState.Collapsed);
    const doubts = warnings.length + coverage.notHeld.length;
    item.description = [
      formatAge(createdAt),
      formatBytes(sizeOf(this.manifest)),
      ...(label ? [label] : []),
      ...(guards ? [vscode.l10n.t('safety snapshot')] : []),
    ].join(' · ');
    item.iconPath = doubts > 0 ? warningIcon : new vscode.ThemeIcon(guards ? 'shield' : pinned ? 'pinned' : 'archive');
    item.tooltip = tooltip(this.manifest);
    item.contextValue = 'snapshot';
    item.accessibilityInformation = { label: `${item.label as string}, ${item.description}` };
    return item;
  }

  children(): Promise<TreeNode[]> {
    const { parts, warnings, coverage } = this.manifest;
    const files = parts.flatMap((part) =>
      part.files.map((file) => new PartFileNode(this, this.manifest.id, part, file)),
    );
    const said = warnings.map(
      ({ message }, index) =>
        new MessageNode(this, { key: `warning:${index}`, label: message, tooltip: message, icon: warningIcon }),
    );
    const notHeld = coverage.notHeld.length > 0 ? [new NotHeldNode(this, coverage.notHeld)] : [];
    return Promise.resolve([...said, ...files, ...notHeld]);
  }
}

export function sizeOf({ parts }: Manifest): number {
  return parts.reduce((sum, { files }) => sum + files.reduce((bytes, file) => bytes + file.bytes, 0), 0);
}

function tooltip({ id, gateway, environment, parts, warnings, coverage, note, guards }: Manifest): string {
  const entities = parts.reduce((sum, { counts }) => sum + totalOf(counts), 0);
  const lines = [
    id,
    `${environment.name} · ${environment.adminUrl} · Kong ${gateway.version}`,
    vscode.l10n.t('{0} entities', entities),
  ];
  if (guards) lines.push(vscode.l10n.t('Taken before the restore of {0}', guards));
  if (note) lines.push(note);
  if (warnings.length > 0) lines.push(...warnings.map(({ message }) => `⚠ ${message}`));
  if (coverage.notHeld.length > 0) lines.push(vscode.l10n.t('Not held: {0}', coverage.notHeld.length));
  return lines.join('\n');
}
