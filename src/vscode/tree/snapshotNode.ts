import * as vscode from 'vscode';
import type { Gap } from '../../core/coverage.js';
import type { Manifest } from '../../core/snapshot.js';
import { formatAge, formatBytes, formatKind, formatTime, totalOf } from '../format.js';
import { warningIcon } from './messageNode.js';
import { NotesNode } from './notesNode.js';
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
    const { createdAt, label, guards, pinned } = this.manifest;
    const item = new vscode.TreeItem(formatTime(createdAt, 'minutes'), vscode.TreeItemCollapsibleState.Collapsed);
    item.description = [
      formatAge(createdAt),
      formatBytes(sizeOf(this.manifest)),
      ...(guards ? [vscode.l10n.t('safety snapshot')] : label ? [label] : []),
    ].join(' · ');
    item.iconPath = guards ? shieldIcon(this.manifest) : hasDoubts(this.manifest) ? warningIcon : plainIcon(pinned);
    item.tooltip = tooltip(this.manifest);
    item.contextValue = 'snapshot';
    return item;
  }

  children(): Promise<TreeNode[]> {
    const { parts } = this.manifest;
    const files = parts.flatMap((part) =>
      part.files.map((file) => new PartFileNode(this, this.manifest.id, part, file)),
    );
    return Promise.resolve([...files, ...this.notes()]);
  }

  private notes(): TreeNode[] {
    const { warnings, coverage } = this.manifest;
    const said = warnings.map(({ message, workspace }, index) => ({
      key: String(index),
      label: message,
      tooltip: message,
      ...(workspace ? { description: workspace } : {}),
    }));
    const missing = coverage.notHeld.map(({ part, kind, workspace, reason, remedy }) => ({
      key: `${part}:${kind}:${workspace}`,
      label: [formatKind(kind ?? part), ...(workspace ? [workspace] : [])].join(' · '),
      description: reason,
      tooltip: `${reason} ${remedy}`.trim(),
    }));
    const warningsNode = new NotesNode(this, { key: 'warnings', label: vscode.l10n.t('Warnings') }, said);
    const notHeld = { key: 'not-held', label: vscode.l10n.t('Not in this snapshot') };
    const icon = missing.length > 0 && coverage.notHeld.some(isUnread) ? warningIcon : new vscode.ThemeIcon('info');
    return [
      ...(said.length > 0 ? [warningsNode] : []),
      ...(missing.length > 0 ? [new NotesNode(this, { ...notHeld, icon }, missing)] : []),
    ];
  }
}

const plainIcon = (pinned = false): vscode.ThemeIcon => new vscode.ThemeIcon(pinned ? 'pinned' : 'archive');

/** A safety snapshot keeps its shield; what to look at before trusting it shows in the shield's colour. */
const shieldIcon = (manifest: Manifest): vscode.ThemeIcon =>
  hasDoubts(manifest) ? new vscode.ThemeIcon('shield', warningIcon.color) : new vscode.ThemeIcon('shield');

/** A kind that should be there and could not be read, unlike a part that is not taken at all. */
const isUnread = ({ part, kind }: Gap): boolean => part === 'entities' && kind !== undefined;

/** Whether a person should look before trusting the snapshot. */
export function hasDoubts({ warnings, coverage }: Manifest): boolean {
  return warnings.length > 0 || coverage.notHeld.some(isUnread);
}

export function sizeOf({ parts }: Manifest): number {
  return parts.reduce((sum, { files }) => sum + files.reduce((bytes, file) => bytes + file.bytes, 0), 0);
}

function tooltip({ id, gateway, environment, parts, warnings, coverage, label, note, guards }: Manifest): string {
  const entities = parts.reduce((sum, { counts }) => sum + totalOf(counts), 0);
  const lines = [
    id,
    `${environment.name} · ${environment.adminUrl} · Kong ${gateway.version}`,
    vscode.l10n.t('{0} entities', entities),
  ];
  if (guards) lines.push(vscode.l10n.t('Taken before the restore of {0}', guards));
  if (label && !guards) lines.push(label);
  if (note) lines.push(note);
  if (warnings.length > 0) lines.push(...warnings.map(({ message }) => `⚠ ${message}`));
  if (coverage.notHeld.length > 0) lines.push(vscode.l10n.t('Not held: {0}', coverage.notHeld.length));
  return lines.join('\n');
}
