import * as vscode from 'vscode';
import type { EnvironmentProblem } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import type { DriftStates } from '../driftStates.js';
import type { DueStates } from '../dueStates.js';
import type { EnvironmentInPlay } from '../environmentInPlay.js';
import type { EnvironmentStatuses } from '../environmentStatuses.js';
import type { LazyApp } from '../lazyApp.js';
import type { Log } from '../log.js';
import { NoFolderOpen } from '../noFolderOpen.js';
import { OpenMigrations } from '../openMigrations.js';
import { EnvironmentNode } from './environmentNode.js';
import { GroupNode } from './groupNode.js';
import { errorIcon, MessageNode } from './messageNode.js';
import type { TreeNode } from './treeNode.js';
import { TreeView } from './treeView.js';

interface Services {
  app: LazyApp;
  statuses: EnvironmentStatuses;
  inPlay: EnvironmentInPlay;
  due: DueStates;
  drift: DriftStates;
  log: Log;
}

/** The view *Environments*: groups and environments of the environments file, and what is wrong with the file. */
export class EnvironmentsTree extends TreeView {
  private shown = new Map<string, EnvironmentNode>();
  private readonly migrations = new OpenMigrations();
  private readonly subscriptions: vscode.Disposable[];

  constructor(services: Services) {
    super('kongBackup.environments', () => this.readRoots(services), services.log);
    this.subscriptions = [
      services.statuses.onDidChange((id) => {
        const node = this.shown.get(id);
        if (node) this.refresh(node);
      }),
      services.due.onDidChange(() => this.showDue(services)),
      services.drift.onDidChange(() => {
        for (const node of this.shown.values()) this.refresh(node);
        this.showBadge(services);
      }),
      this.view.onDidChangeSelection(({ selection: [node] }) => {
        const environment = environmentOf(node);
        if (environment) services.inPlay.set(environment);
      }),
    ];
  }

  /** Reads the file again and selects one environment, where the view is open. */
  async show(environmentId: string): Promise<void> {
    this.refresh();
    if (!this.view.visible) return;
    for (const root of await this.getChildren()) if (root instanceof GroupNode) await root.children();
    const node = this.shown.get(environmentId);
    if (node) await this.view.reveal(node, { select: true, focus: false });
  }

  override dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.migrations.dispose();
    super.dispose();
  }

  private async readRoots(services: Services): Promise<TreeNode[]> {
    let list;
    try {
      list = await (await services.app.get()).environments();
    } catch (error) {
      // An empty tree shows the welcome text, which says how to open a folder.
      if (error instanceof NoFolderOpen) return [];
      throw error;
    }
    services.inPlay.keepOnly(list.environments);
    this.shown = new Map();
    // Not awaited: the rows are there before the catalogue is read.
    void services.due.read();
    const file = services.app.places().environmentsFile;
    const problems = list.problems.map((problem, index) => problemNode(file, problem, index));
    return [...problems, ...this.arrange(list.environments, services), ...(await this.migrationRows(services))];
  }

  /** That they can't be read stands in nobody's way: who opens one is told. */
  private async migrationRows({ app, log }: Services): Promise<TreeNode[]> {
    try {
      return await this.migrations.rows(await app.get());
    } catch (error) {
      log.warn(`Migrations: ${String(error)}`);
      return [];
    }
  }

  private showDue(services: Services): void {
    for (const node of this.shown.values()) if (services.due.get(node.environment)) this.refresh(node);
    this.showBadge(services);
  }

  /** One for each thing that asks for a look. */
  private showBadge({ due, drift }: Services): void {
    const overdue = due.overdue.map(({ environment }) => environment.name);
    const drifted = drift.drifted.map(({ environment }) => environment);
    const lines = [
      ...(overdue.length > 0 ? [vscode.l10n.t('Backup overdue: {0}', overdue.join(', '))] : []),
      ...(drifted.length > 0 ? [vscode.l10n.t('Changed since the last snapshot: {0}', drifted.join(', '))] : []),
    ];
    const value = overdue.length + drifted.length;
    this.view.badge = value === 0 ? undefined : { value, tooltip: lines.join('\n') };
  }

  /** Groups in the order in which the file names them first, environments without a group after them. */
  private arrange(environments: Environment[], services: Services): TreeNode[] {
    const groups = new Map<string | undefined, Environment[]>();
    for (const environment of environments) {
      const members = groups.get(environment.group) ?? [];
      groups.set(environment.group, [...members, environment]);
    }
    const alone = groups.get(undefined) ?? [];
    groups.delete(undefined);
    const nodesOf = (members: Environment[], parent?: TreeNode): TreeNode[] =>
      members.map((environment) => {
        const node = new EnvironmentNode(parent, environment, services);
        this.shown.set(environment.id, node);
        return node;
      });
    const grouped = [...groups].map(([group = '', members]) => {
      return new GroupNode(group, (parent) => nodesOf(members, parent));
    });
    return [...grouped, ...nodesOf(alone)];
  }
}

/** The environment that a row belongs to. */
export function environmentOf(node: unknown): Environment | undefined {
  if (typeof node !== 'object' || node === null || !('environment' in node)) return undefined;
  const { environment } = node;
  return typeof environment === 'object' ? (environment as Environment) : undefined;
}

function problemNode(file: string, { line, column, message }: EnvironmentProblem, index: number): MessageNode {
  const at = new vscode.Position(line, column);
  return new MessageNode(undefined, {
    key: `problem:${index}`,
    label: message,
    description: vscode.l10n.t('line {0}', line + 1),
    tooltip: `${file}:${line + 1}:${column + 1} ${message}`,
    icon: errorIcon,
    command: {
      command: 'vscode.open',
      title: vscode.l10n.t('Open File'),
      arguments: [vscode.Uri.file(file), { selection: new vscode.Range(at, at) }],
    },
  });
}
