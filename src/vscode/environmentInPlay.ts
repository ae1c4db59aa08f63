import * as vscode from 'vscode';
import type { Environment } from '../core/environment.js';
import { lookOf } from './environmentLook.js';

/** The environment that the last command or selection was about, named in the status bar with its colour and badge. */
export class EnvironmentInPlay implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'kongBackup.environment',
    vscode.StatusBarAlignment.Left,
    5,
  );
  private environment: Environment | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor() {
    this.item.name = vscode.l10n.t('Kong environment');
    this.item.command = 'kongBackup.environments.focus';
  }

  get current(): Environment | undefined {
    return this.environment;
  }

  /** What the status bar says; empty when it says nothing. */
  get text(): string {
    return this.environment ? this.item.text : '';
  }

  set(environment: Environment): void {
    this.environment = environment;
    const { color, badge, meaning } = lookOf(environment);
    this.item.text = `$(server-environment) ${environment.name}${badge ? ` · ${badge}` : ''}`;
    this.item.color = color;
    this.item.backgroundColor =
      environment.protected || environment.readOnly
        ? new vscode.ThemeColor('statusBarItem.warningBackground')
        : undefined;
    const lines = [vscode.l10n.t('Kong environment: {0}', environment.name), environment.adminUrl];
    this.item.tooltip = [...lines, ...(meaning ? [meaning] : [])].join('\n');
    this.item.accessibilityInformation = { label: lines.join(', ') };
    this.item.show();
    this.changed.fire();
  }

  /** @param environments those that are left; the item goes when its environment is gone. */
  keepOnly(environments: readonly Environment[]): void {
    const kept = environments.find(({ id }) => id === this.environment?.id);
    if (kept) return this.set(kept);
    this.environment = undefined;
    this.item.hide();
    this.changed.fire();
  }

  dispose(): void {
    this.item.dispose();
    this.changed.dispose();
  }
}
