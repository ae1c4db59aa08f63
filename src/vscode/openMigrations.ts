import * as vscode from 'vscode';
import type { App } from '../app.js';
import type { Migration } from '../core/migration.js';
import { formatTime } from './format.js';
import { MessageNode } from './tree/messageNode.js';
import { stepName } from './views/migrationWords.js';

const icon = new vscode.ThemeIcon('arrow-swap');
/** Milliseconds that a timer can be set for. */
const longest = 2 ** 31 - 1;

/** A row for each migration that is on its way, and a word when blue has stood by for long enough. */
export class OpenMigrations implements vscode.Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly told = new Set<string>();

  async rows({ migrations }: Pick<App, 'migrations'>): Promise<MessageNode[]> {
    const all = await migrations.list();
    const open = all.flatMap((each) => ('error' in each || each.next === undefined ? [] : [each]));
    for (const [id, timer] of this.timers) if (!open.some((each) => each.id === id)) clearTimeout(timer);
    for (const each of open) this.remind(each, migrations.takeDownFrom(each));
    return open.map(rowOf);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  private remind(migration: Migration, from: Date | undefined): void {
    const { id } = migration;
    clearTimeout(this.timers.get(id));
    if (!from || this.told.has(id)) return;
    const left = Math.max(0, from.getTime() - Date.now());
    if (left <= longest) this.timers.set(id, setTimeout(() => void this.tell(migration), left).unref());
  }

  private async tell({ id, blue, green }: Migration): Promise<void> {
    this.told.add(id);
    const open = vscode.l10n.t('Open Migration');
    const message = vscode.l10n.t(
      '{0} has had all of the traffic for 24 hours: {1} may be taken down now, by you. Keep its backup.',
      green.name,
      blue.name,
    );
    if ((await vscode.window.showInformationMessage(message, open)) === open) {
      await vscode.commands.executeCommand('kongBackup.openMigration', id);
    }
  }
}

function rowOf({ id, blue, green, createdAt, createdBy, next }: Migration): MessageNode {
  return new MessageNode(undefined, {
    key: `migration:${id}`,
    label: vscode.l10n.t('Migration from {0} to {1}', blue.name, green.name),
    ...(next && { description: stepName(next) }),
    tooltip: vscode.l10n.t('Begun {0} by {1}', formatTime(createdAt), createdBy),
    icon,
    command: { command: 'kongBackup.openMigration', title: vscode.l10n.t('Open Migration'), arguments: [id] },
  });
}
