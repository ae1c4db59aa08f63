import * as vscode from 'vscode';
import type { App, OnlineValidation } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { KongBackupError } from '../../core/errors.js';
import { openSnapshotFile } from '../documents/snapshotDocuments.js';
import { pickEnvironment, pickTarget } from '../input/pickers.js';
import { readSettings } from '../settings.js';
import { environmentOf } from '../tree/environmentsTree.js';
import { PartFileNode } from '../tree/partFileNode.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';
import { openDocument } from './openDocument.js';

type Needs = Pick<Workbench, 'app' | 'inPlay' | 'onlineMarks' | 'statusBar' | 'log'>;

/** Asks a gateway whether it would take a file, and shows its answers where they belong. Nothing is written. */
export const validateOnline = ({ app, inPlay, onlineMarks, statusBar, log }: Needs): Command => ({
  id: 'kongBackup.validateOnline',
  async run(call, arg, target) {
    const core = await app.get();
    const subject = await subjectOf(core, arg, target, inPlay.current);
    if (!subject) return;
    const { document, file, environment } = subject;
    inPlay.set(environment);
    onlineMarks.clear(document);
    const name = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
    const title = vscode.l10n.t('Asking {0} about {1}', environment.name, name);
    const request = { kind: 'auto' as const, rules: readSettings().validationRules };
    const [verdict] = await call.withProgress(title, (context) =>
      core.validateOnline([file], environment, request, context),
    );
    if (!verdict) return;
    onlineMarks.show(document, verdict);
    for (const gap of verdict.gaps) log.warn(`${name}: ${gapText(gap)}`);
    say(name, verdict, statusBar);
    if (verdict.diagnostics.length === 0) return;
    await vscode.window.showTextDocument(document, { preview: false });
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  },
});

interface Subject {
  document: vscode.TextDocument;
  /** What is on disk. */
  file: string;
  environment: Environment;
}

/** The file of a snapshot and where it was taken, or a file and the environment of a row, the one in play or one that is picked. */
async function subjectOf(
  core: App,
  arg: unknown,
  target: unknown,
  current: Environment | undefined,
): Promise<Subject | undefined> {
  const title = vscode.l10n.t('Ask the gateway of which environment?');
  if (arg instanceof PartFileNode) {
    const file = core.pathOf(arg.snapshotId, arg.file.path);
    if (file === undefined) throw notOnDisk(arg.file.path);
    const environment = await pickTarget(core, await core.snapshot(arg.snapshotId), target, title);
    return environment && { document: await openSnapshotFile(arg.snapshotId, arg.file.path), file, environment };
  }
  const row = environmentOf(arg);
  const document = await openDocument(row ? undefined : arg, vscode.l10n.t('Validate which file online?'));
  if (!document) return undefined;
  const given = target ?? row?.name ?? current?.name;
  const environment = await pickEnvironment(core, given, title);
  return environment && { document, file: document.uri.fsPath, environment };
}

const notOnDisk = (place: string): KongBackupError =>
  new KongBackupError('file-unreadable', {
    place,
    reason: 'The file of this snapshot is not on this disk.',
    remedy: 'Open it, save it as a file, and validate that.',
  });

function say(
  name: string,
  { verdict, gateway, diagnostics, gaps }: OnlineValidation,
  statusBar: Needs['statusBar'],
): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (verdict === 'taken') return statusBar.say(vscode.l10n.t('{0} takes {1}', gateway, name));
  if (verdict === 'refused') return statusBar.say(vscode.l10n.t('{0} refuses {1}: {2} errors', gateway, name, errors));
  const [first] = gaps;
  // Not awaited: the command is over.
  void vscode.window.showWarningMessage(
    vscode.l10n.t(
      '{0} refuses nothing of {1}, but not everything could be asked: {2}',
      gateway,
      name,
      `${first ? gapText(first) : ''}${gaps.length > 1 ? ` (+${gaps.length - 1})` : ''}`,
    ),
  );
}

function gapText({ kind, count, reason }: OnlineValidation['gaps'][number]): string {
  const what = [...(kind === undefined ? [] : [kind]), ...(count === undefined ? [] : [`(${count})`])].join(' ');
  return what === '' ? reason : `${what}: ${reason}`;
}
