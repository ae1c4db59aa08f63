import * as vscode from 'vscode';
import type { RestorePlan } from '../../app.js';
import type { Change, RestoreMode } from '../../core/change.js';
import { restoreModes } from '../../core/change.js';
import type { ChangeDocuments } from '../documents/changeDocuments.js';
import { formatKind, messageOf } from '../format.js';
import { openLivePage } from './page.js';
import { allChanges, choiceOf, type ShownChoice, shownChoice } from './planChoices.js';
import { planPageBody, planPageWords } from './planPageBody.js';

const viewType = 'kongBackup.plan';

/** What the page says. */
type Told =
  | { type: 'ready' | 'restore' | 'all' | 'cancel' }
  | { type: 'show'; index: number }
  | { type: 'choose'; asked: number; mode: RestoreMode; ticks?: number[] };

/** The pages of plans that wait for a person's word. */
export class PlanPages implements vscode.Disposable {
  private readonly pages = new Set<PlanPage>();

  /** @param media folder of the page's script and style. */
  constructor(
    private readonly media: vscode.Uri,
    private readonly changes: ChangeDocuments,
  ) {}

  /** Shows a plan; one of the same environment that is open already gives way to it. */
  open(plan: RestorePlan): PlanPage {
    for (const page of this.pages) if (page.plan.environment.id === plan.environment.id) page.close();
    const page = new PlanPage(plan, this.media, this.changes, () => {
      this.pages.delete(page);
      this.tell();
    });
    this.pages.add(page);
    this.tell();
    return page;
  }

  /** The page in front, else the one that was opened last. */
  get current(): PlanPage | undefined {
    const pages = [...this.pages];
    return pages.find(({ isActive }) => isActive) ?? pages.at(-1);
  }

  dispose(): void {
    for (const page of this.pages) page.close();
  }

  private tell(): void {
    void vscode.commands.executeCommand('setContext', 'kongBackup.planOpen', this.pages.size > 0);
  }
}

/** One plan, and what a person chose of it. */
export class PlanPage {
  private readonly panel: vscode.WebviewPanel;
  private chosen: RestorePlan;
  private all: Change[];
  private note: string | undefined;
  private problem: string | undefined;

  constructor(
    plan: RestorePlan,
    media: vscode.Uri,
    private readonly changes: ChangeDocuments,
    gone: () => void,
  ) {
    this.chosen = plan;
    this.all = allChanges(plan);
    const title = titleOf(plan);
    const files = { media: vscode.Uri.joinPath(media, 'pages'), script: 'plan.js', style: 'plan.css' };
    this.panel = openLivePage({ key: title, viewType, title, body: planPageBody(title, plan), ...files });
    this.panel.webview.onDidReceiveMessage((told: Told) => this.hear(told));
    this.panel.onDidDispose(gone);
  }

  /** What is chosen now. */
  get plan(): RestorePlan {
    return this.chosen;
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  /** What the page shows of the choice. */
  get shown(): ShownChoice {
    return { ...shownChoice(this.chosen, this.all), ...(this.problem !== undefined && { problem: this.problem }) };
  }

  /** Takes another choice, as if the page had been clicked. @param ticks places in the whole plan, for mode `only`. */
  choose(mode: RestoreMode, ticks: readonly number[] = []): void {
    this.problem = undefined;
    try {
      this.chosen = this.chosen.choose(choiceOf(this.all, mode, ticks));
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  /** Another plan in the same page. @param note why. */
  replace(plan: RestorePlan, note: string): void {
    this.chosen = plan;
    this.all = allChanges(plan);
    this.note = note;
    this.problem = undefined;
    this.send();
  }

  /** While a restore runs, nothing can be chosen. */
  setBusy(busy: boolean): void {
    void this.panel.webview.postMessage({ type: 'busy', busy });
  }

  reveal(): void {
    this.panel.reveal();
  }

  close(): void {
    this.panel.dispose();
  }

  private hear(told: Told): void {
    if (told.type === 'ready') this.send();
    if (told.type === 'choose' && restoreModes.includes(told.mode)) {
      this.choose(told.mode, told.ticks);
      void this.panel.webview.postMessage({ type: 'chosen', chosen: { ...this.shown, asked: told.asked } });
    }
    if (told.type === 'show') void this.show(this.all[told.index]);
    if (told.type === 'all') void this.compare().showAll();
    if (told.type === 'restore') void vscode.commands.executeCommand('kongBackup.applyPlan');
    if (told.type === 'cancel') this.close();
  }

  private async show(change: Change | undefined): Promise<void> {
    if (change) await this.compare().show(change);
  }

  /** The plan as the comparison that is open: there its sides can be looked at, secrets masked until they are asked for. */
  private compare(): ChangeDocuments {
    const { whole, unread, warnings } = this.chosen;
    if (this.changes.current?.comparison.plan !== whole) {
      const comparison = { plan: whole, unknown: unread, notCompared: [], warnings };
      this.changes.open({ title: titleOf(this.chosen), comparison });
    }
    return this.changes;
  }

  private send(): void {
    const { choice } = this.chosen;
    const workspaces = [...new Set(this.all.map(({ workspace }) => workspace))];
    const kinds = [...new Set(this.all.map(({ kind }) => kind))];
    const places = new Map([...workspaces, ...kinds.map((kind) => `\u0000${kind}`)].map((name, at) => [name, at]));
    const at = (name: string): number => places.get(name) ?? 0;
    const actions = ['create', 'update', 'delete'];
    const shown = this.shown;
    const added = new Set(this.chosen.added.map(({ change }) => change));
    const plan = {
      words: planPageWords(),
      workspaces,
      kinds: kinds.map(formatKind),
      rows: this.all.map(({ action, workspace, kind, label }) => [
        actions.indexOf(action),
        at(workspace),
        at(`\u0000${kind}`) - workspaces.length,
        label,
      ]),
      mode: choice.mode,
      ticks: shown.done.filter((index) => !added.has(this.all[index] as Change)),
      note: this.note,
    };
    void this.panel.webview.postMessage({ type: 'plan', plan, chosen: shown });
  }
}

const titleOf = ({ environment, snapshot }: RestorePlan): string =>
  vscode.l10n.t('Plan: restore {0} to {1}', environment.name, snapshot.id);
