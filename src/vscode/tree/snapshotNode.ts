import * as vscode from 'vscode';
import type { Gap } from '../../core/coverage.js';
import { entityCount } from '../../core/entityCount.js';
import type { SnapshotState } from '../../core/record.js';
import type { Manifest } from '../../core/snapshot.js';
import { formatAge, formatBytes, formatKind, formatTime } from '../format.js';
import { errorIcon, warningIcon } from './messageNode.js';
import { NotesNode } from './notesNode.js';
import { PartFileNode } from './partFileNode.js';
import type { TreeNode } from './treeNode.js';

/** A whole snapshot: when it was taken, how old and big it is, whether it warns; its parts below. */
export class SnapshotNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode,
    readonly manifest: Manifest,
    readonly state: SnapshotState = {},
  ) {
    this.id = `snapshot:${manifest.id}`;
  }

  get snapshotId(): string {
    return this.manifest.id;
  }

  item(): vscode.TreeItem {
    const { createdAt, guards } = this.manifest;
    const { label } = this.state.described ?? this.manifest;
    const item = new vscode.TreeItem(formatTime(createdAt, 'minutes'), vscode.TreeItemCollapsibleState.Collapsed);
    item.description = [
      formatAge(createdAt),
      formatBytes(sizeOf(this.manifest)),
      ...(guards ? [vscode.l10n.t('safety snapshot')] : label ? [label] : []),
      ...marksOf(this.manifest, this.state),
    ].join(' · ');
    item.iconPath = iconOf(this.manifest, this.state);
    item.tooltip = tooltip(this.manifest, this.state);
    item.contextValue = [
      'snapshot',
      ...(isPinned(this.manifest, this.state) ? ['pinned'] : []),
      ...(this.state.forgotten ? ['forgotten'] : []),
    ].join('.');
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
      label: message || sealed(),
      tooltip: message || sealed(),
      ...(workspace ? { description: workspace } : {}),
    }));
    const missing = coverage.notHeld.map(({ part, kind, workspace, reason, remedy }) => ({
      key: `${part}:${kind}:${workspace}`,
      label: [formatKind(kind ?? part), ...(workspace ? [workspace] : [])].join(' · '),
      description: reason || sealed(),
      tooltip: `${reason || sealed()} ${remedy}`.trim(),
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

/** Texts of an encrypted snapshot are empty where it is listed. */
const sealed = (): string => vscode.l10n.t('Sealed: the key is needed to read it.');

const isPinned = ({ pinned = false }: Manifest, state: SnapshotState): boolean => state.pinned ?? pinned;

/** What was found out or decided since the backup, in a word each. */
function marksOf(manifest: Manifest, state: SnapshotState): string[] {
  const { verified, drilled, forgotten } = state;
  return [
    ...(verified ? [verified.result === 'damaged' ? vscode.l10n.t('damaged') : vscode.l10n.t('verified')] : []),
    ...(drilled ? [drilled.result === 'equal' ? vscode.l10n.t('drilled') : vscode.l10n.t('drill failed')] : []),
    ...(isPinned(manifest, state) ? [vscode.l10n.t('pinned')] : []),
    ...(forgotten ? [vscode.l10n.t('let go')] : []),
  ];
}

/** The shape says what it is, the colour whether to trust it: a safety snapshot keeps its shield. */
function iconOf(manifest: Manifest, state: SnapshotState): vscode.ThemeIcon {
  if (state.verified?.result === 'damaged') return errorIcon;
  const { drilled } = state;
  const doubts = hasDoubts(manifest) || (drilled !== undefined && drilled.result !== 'equal');
  const color = doubts
    ? warningIcon.color
    : (state.verified ?? drilled)
      ? new vscode.ThemeColor('charts.green')
      : undefined;
  const icon = (shape: string): vscode.ThemeIcon => new vscode.ThemeIcon(shape, color);
  if (manifest.guards) return icon('shield');
  if (isPinned(manifest, state)) return icon('pinned');
  if (state.forgotten) return icon('history');
  return doubts ? warningIcon : icon('archive');
}

/** A kind that should be there and could not be read, unlike a part that is not taken at all. */
const isUnread = ({ part, kind }: Gap): boolean => part === 'entities' && kind !== undefined;

/** Whether a person should look before trusting the snapshot. */
export function hasDoubts({ warnings, coverage }: Manifest): boolean {
  return warnings.length > 0 || coverage.notHeld.some(isUnread);
}

export function sizeOf({ parts }: Manifest): number {
  return parts.reduce((sum, { files }) => sum + files.reduce((bytes, file) => bytes + file.bytes, 0), 0);
}

function tooltip(manifest: Manifest, state: SnapshotState): string {
  const { id, gateway, environment, parts, warnings, coverage, guards } = manifest;
  const { label, note } = state.described ?? manifest;
  const lines = [
    id,
    `${environment.name} · ${environment.adminUrl} · Kong ${gateway.version}`,
    vscode.l10n.t('{0} entities', entityCount(parts)),
  ];
  if (guards) lines.push(vscode.l10n.t('Taken before the restore of {0}', guards));
  if (label && !guards) lines.push(label);
  if (note) lines.push(note);
  lines.push(...stateLines(manifest, state));
  if (warnings.length > 0) lines.push(...warnings.map(({ message }) => `⚠ ${message || sealed()}`));
  if (coverage.notHeld.length > 0) lines.push(vscode.l10n.t('Not held: {0}', coverage.notHeld.length));
  return lines.join('\n');
}

function stateLines(manifest: Manifest, state: SnapshotState): string[] {
  const { verified, drilled, forgotten } = state;
  const lines: string[] = [];
  if (verified) {
    const how = verified.depth === 'deep' ? vscode.l10n.t('deep') : vscode.l10n.t('quick');
    const when = formatTime(verified.at, 'minutes');
    lines.push(
      verified.result === 'damaged'
        ? vscode.l10n.t('Damaged: verified {0} ({1}) by {2}', when, how, verified.by)
        : vscode.l10n.t('Whole: verified {0} ({1}) by {2}', when, how, verified.by),
      ...verified.problems.map((problem) => `⚠ ${problem}`),
    );
  }
  if (drilled) {
    const when = formatTime(drilled.at, 'minutes');
    lines.push(
      drilled.result === 'equal'
        ? vscode.l10n.t('Came back whole: restore drill {0} by {1}', when, drilled.by)
        : vscode.l10n.t('⚠ Did not come back whole: restore drill {0} by {1}', when, drilled.by),
    );
  }
  if (isPinned(manifest, state)) lines.push(vscode.l10n.t('Pinned: no prune removes it'));
  if (forgotten) lines.push(vscode.l10n.t('Let go: a prune after {0} deletes it', formatTime(forgotten.deleteAfter)));
  return lines;
}
