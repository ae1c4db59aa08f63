import * as vscode from 'vscode';
import type { Environment, GatewayInfo } from '../../core/environment.js';
import type { DueState } from '../../app.js';
import type { DriftStates } from '../driftStates.js';
import type { DueStates } from '../dueStates.js';
import { environmentUri } from '../environmentDecorations.js';
import { lookOf } from '../environmentLook.js';
import type { EnvironmentStatus, EnvironmentStatuses } from '../environmentStatuses.js';
import { describeError } from '../errorMessages.js';
import { formatAge, formatTime } from '../format.js';
import type { LazyApp } from '../lazyApp.js';
import type { Log } from '../log.js';
import { inOrder } from '../workspaceOrder.js';
import type { TreeNode } from './treeNode.js';
import { WorkspaceNode } from './workspaceNode.js';

/** One environment: its state by icon, version and mode beside the name, its workspaces below. */
export class EnvironmentNode implements TreeNode {
  readonly id: string;

  constructor(
    readonly parent: TreeNode | undefined,
    readonly environment: Environment,
    private readonly services: {
      app: LazyApp;
      statuses: EnvironmentStatuses;
      due: DueStates;
      drift: DriftStates;
      log: Log;
    },
  ) {
    this.id = `environment:${environment.id}`;
  }

  item(): vscode.TreeItem {
    const { environment } = this;
    const status = this.services.statuses.get(environment);
    const item = new vscode.TreeItem(environment.name, vscode.TreeItemCollapsibleState.Collapsed);
    item.resourceUri = environmentUri(environment);
    item.iconPath = iconOf(environment, status);
    const due = this.services.due.get(environment);
    const changes = this.services.drift.changes(environment) ?? 0;
    item.description = [describe(environment, status), ...dueWords(due), ...driftWords(changes)].join(' · ');
    item.tooltip = [tooltip(environment, status), ...dueLines(due)].join('\n');
    item.contextValue = environment.readOnly ? 'environment.readOnly' : 'environment';
    item.accessibilityInformation = { label: `${environment.name}, ${item.description}` };
    return item;
  }

  async children(): Promise<TreeNode[]> {
    const { app, statuses, log } = this.services;
    const status = statuses.get(this.environment);
    if (status.state === 'unreachable') throw status.error;
    const info = status.state === 'reachable' ? status.info : await statuses.ask(this.environment);
    // Those that are backed up; one that the gateway does not have stays, its row says so.
    const names = this.environment.workspaces ?? info.workspaces;
    return inOrder(names).map((name) => new WorkspaceNode(this, this.environment, name, { app, log }));
  }

  forget(): void {
    this.services.statuses.forget(this.environment);
  }
}

function iconOf({ readOnly, protected: isProtected }: Environment, { state }: EnvironmentStatus): vscode.ThemeIcon {
  if (state === 'asking') return new vscode.ThemeIcon('loading~spin');
  if (state === 'unreachable') return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('charts.red'));
  const shape = readOnly ? 'lock' : isProtected ? 'shield' : 'server-environment';
  if (state === 'unknown') return new vscode.ThemeIcon(shape);
  return new vscode.ThemeIcon(shape, new vscode.ThemeColor('charts.green'));
}

function describe(environment: Environment, status: EnvironmentStatus): string {
  switch (status.state) {
    case 'reachable':
      return `${shortVersion(status.info)} · ${status.info.mode}`;
    case 'unreachable':
      return vscode.l10n.t('unreachable');
    case 'asking':
      return vscode.l10n.t('asking…');
    case 'unknown':
      return environment.mode;
  }
}

/** Only what asks for something: rows are narrow. */
const dueWords = (due: DueState | undefined): string[] => (due?.isOverdue ? [vscode.l10n.t('backup overdue')] : []);

const driftWords = (changes: number): string[] =>
  changes > 0 ? [vscode.l10n.t('{0} changes since the last snapshot', changes)] : [];

function dueLines(due: DueState | undefined): string[] {
  if (!due?.environment.schedule) return [];
  const { lastSuccess, nextDue } = due;
  return [
    lastSuccess
      ? vscode.l10n.t(
          'Last backup: {0} ({1})',
          formatTime(lastSuccess.createdAt, 'minutes'),
          formatAge(lastSuccess.createdAt),
        )
      : vscode.l10n.t('Last backup: none yet'),
    ...(nextDue ? [vscode.l10n.t('Next due: {0}', formatTime(nextDue.toISOString(), 'minutes'))] : []),
  ];
}

/** "3.9.1.0 EE" for `3.9.1.0-enterprise-edition`: rows are narrow, the tooltip has it all. */
const shortVersion = ({ version, edition }: GatewayInfo): string =>
  `${version.replace(/-enterprise.*$/, '')}${edition === 'enterprise' ? ' EE' : ''}`;

function tooltip(environment: Environment, status: EnvironmentStatus): string {
  const { meaning } = lookOf(environment);
  const lines = [environment.name, environment.adminUrl, ...(meaning ? [meaning] : [])];
  if (status.state === 'reachable') {
    const { version, edition, mode, database, hostname } = status.info;
    lines.push(vscode.l10n.t('Reachable: Kong {0} ({1}), {2}, database {3}', version, edition, mode, database));
    lines.push(hostname);
  }
  if (status.state === 'unreachable') lines.push(describeError(status.error).text);
  if (status.state === 'unknown') lines.push(vscode.l10n.t('Not asked yet: expand it, or refresh.'));
  return lines.join('\n');
}
