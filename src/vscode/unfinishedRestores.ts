import * as vscode from 'vscode';
import type { RestoreRun } from '../app.js';
import { MessageNode, warningIcon } from './tree/messageNode.js';

/** Says once of each restore that did not come to its end what can be done, and has a row for it. */
export class UnfinishedRestores {
  private readonly told = new Set<string>();

  rows(runs: readonly RestoreRun[]): MessageNode[] {
    for (const run of runs) void this.tell(run);
    return runs.map(
      (run) =>
        new MessageNode(undefined, {
          key: `restore:${run.id}`,
          label: vscode.l10n.t('Unfinished restore of {0}', run.environment.name),
          description: vscode.l10n.t('{0} of {1} written', run.counts.written, run.counts.planned),
          tooltip: textOf(run),
          icon: warningIcon,
          command: { command: 'kongBackup.lookAtRestore', title: vscode.l10n.t('Look'), arguments: [run.id] },
        }),
    );
  }

  private async tell(run: RestoreRun): Promise<void> {
    if (this.told.has(run.id)) return;
    this.told.add(run.id);
    const [resume, undo, look] = [vscode.l10n.t('Resume'), vscode.l10n.t('Undo'), vscode.l10n.t('Look')];
    const answer = await vscode.window.showWarningMessage(textOf(run), resume, undo, look);
    const command =
      answer === resume
        ? 'kongBackup.resumeRestore'
        : answer === undo
          ? 'kongBackup.undoLastRestore'
          : answer === look
            ? 'kongBackup.lookAtRestore'
            : undefined;
    if (command !== undefined) await vscode.commands.executeCommand(command, run.id);
  }
}

const textOf = ({ environment, snapshot, counts, at }: RestoreRun): string =>
  vscode.l10n.t(
    'The restore of {0} to {1} that began {2} did not finish: {3} of {4} changes are written.',
    ...[environment.name, snapshot, at, counts.written, counts.planned],
  );
