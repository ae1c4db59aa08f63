import * as vscode from 'vscode';
import type { App } from '../../app.js';
import { type Migration, migrationSteps, type MigrationStep } from '../../core/migration.js';
import type { LazyApp } from '../lazyApp.js';
import { migrationBody } from './migrationPageBody.js';
import { stepName, statusName } from './migrationWords.js';
import { openLivePage } from './page.js';

const viewType = 'kongBackup.migration';

export const migrationActions = [
  'run',
  'decide',
  'override',
  'note',
  'rollback',
  'report',
  'differences',
  'close',
] as const;
export type MigrationAction = (typeof migrationActions)[number];

type Told = { type: 'ready' } | { type: MigrationAction; step?: string };

/** The pages of migrations that are walked, one each. */
export class MigrationPages implements vscode.Disposable {
  private readonly panels = new Map<string, { panel: vscode.WebviewPanel; html: string }>();

  /** @param media folder of the page's script and style. */
  constructor(
    private readonly app: LazyApp,
    private readonly media: vscode.Uri,
  ) {}

  /** Shows a migration, in the tab where it was shown before. @throws KongBackupError `migration-*`. */
  async open(id: string): Promise<void> {
    const core = await this.app.get();
    const migration = await core.migrations.read(id);
    const shown = this.panels.get(id);
    if (shown) shown.panel.reveal();
    else this.panels.set(id, { panel: this.make(migration), html: '' });
    this.draw(core, migration);
  }

  /** Shows what happened meanwhile. @param step that it happened in, told aloud. */
  async refresh(id: string, step?: MigrationStep): Promise<void> {
    if (!this.panels.has(id)) return;
    const core = await this.app.get();
    this.draw(core, await core.migrations.read(id), step);
  }

  /** While something runs nothing else is begun. */
  setBusy(id: string, busy: boolean): void {
    void this.panels.get(id)?.panel.webview.postMessage({ type: 'busy', busy });
  }

  /** What the page shows now, for who can't see it. */
  htmlOf(id: string): string | undefined {
    return this.panels.get(id)?.html;
  }

  dispose(): void {
    for (const { panel } of this.panels.values()) panel.dispose();
  }

  private make({ id, blue, green }: Migration): vscode.WebviewPanel {
    const title = vscode.l10n.t('Migration from {0} to {1}', blue.name, green.name);
    const media = vscode.Uri.joinPath(this.media, 'pages');
    const body = '<main id="main"></main><p id="said" class="aloud" role="status"></p>';
    const files = { media, script: 'migration.js', style: 'migration.css' };
    const panel = openLivePage({ key: id, viewType, title, body, ...files });
    panel.webview.onDidReceiveMessage((told: Told) => this.hear(id, told));
    panel.onDidDispose(() => this.panels.delete(id));
    return panel;
  }

  private hear(id: string, told: Told): void {
    if (told.type === 'ready') {
      this.send(id);
      return;
    }
    if (!migrationActions.includes(told.type)) return;
    const step = migrationSteps.find((each) => each === told.step);
    void vscode.commands.executeCommand('kongBackup.migrationStep', id, told.type, step);
  }

  private draw({ migrations }: App, migration: Migration, step?: MigrationStep): void {
    const shown = this.panels.get(migration.id);
    if (!shown) return;
    const { id } = migration;
    const view = {
      migration,
      hasAnswers: migrations.answers(id).length > 0,
      takeDownFrom: migrations.takeDownFrom(migration),
    };
    shown.html = migrationBody(view);
    const status = migration.steps.find((each) => each.step === step)?.status;
    this.send(id, step && status ? `${stepName(step)}: ${statusName(status)}` : '');
  }

  private send(id: string, said = ''): void {
    const shown = this.panels.get(id);
    const words = {
      left: vscode.l10n.t('Blue may be taken down in {0} h {1} min, by you.', '{0}', '{1}'),
      over: vscode.l10n.t('Blue may be taken down now, by you. Keep its backup.'),
    };
    void shown?.panel.webview.postMessage({ type: 'body', html: shown.html, said, words });
  }
}
