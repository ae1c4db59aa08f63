import * as vscode from 'vscode';
import type { Drift } from '../app.js';
import { countChanges } from '../core/change.js';
import type { Environment } from '../core/environment.js';

/** How many changes the last check for drift found in each environment; forgotten when something is written or backed up. */
export class DriftStates implements vscode.Disposable {
  private readonly known = new Map<string, Drift>();
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  /** Those that drifted, with how many changes. */
  get drifted(): { environment: string; changes: number }[] {
    return [...this.known.values()]
      .map(({ environment, comparison }) => ({ environment, changes: changesIn(comparison.plan) }))
      .filter(({ changes }) => changes > 0);
  }

  /** @returns undefined where nobody checked. */
  changes({ id }: Environment): number | undefined {
    const drift = this.known.get(id);
    return drift && changesIn(drift.comparison.plan);
  }

  set({ id }: Environment, drift: Drift): void {
    this.known.set(id, drift);
    this.changed.fire();
  }

  forget({ id }: Environment): void {
    if (this.known.delete(id)) this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}

function changesIn(plan: Drift['comparison']['plan']): number {
  const { creates, updates, deletes } = countChanges(plan);
  return creates + updates + deletes;
}
