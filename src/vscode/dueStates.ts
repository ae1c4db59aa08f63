import * as vscode from 'vscode';
import type { DueState } from '../app.js';
import type { Environment } from '../core/environment.js';
import { messageOf } from './format.js';
import type { LazyApp } from './lazyApp.js';
import type { Log } from './log.js';

/** A timer can't wait longer than 24 days. Milliseconds. */
const longestWait = 86_400_000;

/** How environments stand with their schedules: read when the view is drawn, and again when the next one becomes overdue. */
export class DueStates implements vscode.Disposable {
  private known = new Map<string, DueState>();
  private timer: NodeJS.Timeout | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly services: { app: LazyApp; log: Log }) {}

  get({ id }: Environment): DueState | undefined {
    return this.known.get(id);
  }

  get overdue(): DueState[] {
    return [...this.known.values()].filter(({ isOverdue }) => isOverdue);
  }

  /** Never throws: a store that can't be read says so in its own view. */
  async read(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const states = await (await this.services.app.get()).dueStates();
      if (states.length === 0 && this.known.size === 0) return;
      this.known = new Map(states.map((state) => [state.environment.id, state]));
      this.wait(states);
      this.changed.fire();
    } catch (error) {
      this.services.log.warn(`schedules: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
  }

  private wait(states: readonly DueState[]): void {
    const next = Math.min(...states.flatMap(({ overdueFrom }) => overdueFrom?.getTime() ?? []));
    if (!Number.isFinite(next)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.read(), Math.min(Math.max(next - Date.now(), 1000), longestWait));
    this.timer.unref();
  }
}
