import path from 'node:path';
import * as vscode from 'vscode';
import type { Scheduler, ScheduleText } from '../../app.js';
import type { Environment } from '../../core/environment.js';
import { pickEnvironment } from '../input/pickers.js';
import type { Places } from '../places.js';
import type { Workbench } from '../workbench.js';
import type { Command } from './command.js';

type Needs = Pick<Workbench, 'app' | 'documents' | 'environments'>;

/** Writes down when an environment is to be backed up, and shows what to install for it. Installing is left to the person. */
export const scheduleBackups = ({ app, documents, environments }: Needs): Command => ({
  id: 'kongBackup.scheduleBackups',
  async run(_call, arg) {
    const core = await app.get();
    const environment = await pickEnvironment(core, arg, vscode.l10n.t('Schedule the backups of which environment?'));
    if (!environment) return;
    const title = vscode.l10n.t('Schedule backups of {0}', environment.name);
    const as = await pickScheduler(title);
    if (!as) return;
    const cron = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('When: minute, hour, day of the month, month, day of the week'),
      value: environment.schedule?.cron ?? '30 2 * * *',
      ignoreFocusOut: true,
    });
    if (cron === undefined) return;
    const text = await core.scheduleText(environment, { as, cron, ...commandFor(environment, as, app.places()) });
    await core.setSchedule(environment.name, { ...environment.schedule, cron });
    environments.refresh();
    await documents.open(title, { text: reportOf(title, environment, text), plan: { workspaces: [] } });
  },
});

async function pickScheduler(title: string): Promise<Scheduler | undefined> {
  const items: (vscode.QuickPickItem & { as: Scheduler })[] = [
    { label: 'systemd', description: vscode.l10n.t('a service and a timer'), as: 'systemd' },
    { label: 'cron', description: vscode.l10n.t('a line for your crontab'), as: 'cron' },
    { label: 'Windows', description: vscode.l10n.t('a task for the task scheduler'), as: 'windows' },
    { label: 'GitHub Actions', description: vscode.l10n.t('a workflow for the repository'), as: 'github' },
  ];
  return (await vscode.window.showQuickPick(items, { title }))?.as;
}

function commandFor({ name }: Environment, as: Scheduler, { environmentsFile, snapshotRoot }: Places) {
  const folder = path.dirname(environmentsFile);
  const isDefault = snapshotRoot === path.join(folder, '.kong-snapshots');
  const extension = vscode.extensions.getExtension('kong-backup.kong-backup');
  return {
    // The program that runs the editor is no plain Node.
    program: [
      ...(as === 'windows' ? ['node.exe'] : ['/usr/bin/env', 'node']),
      path.join(extension?.extensionPath ?? '', 'dist', 'cli.js'),
    ],
    args:
      as === 'github'
        ? ['backup', name, '--environments-file', path.basename(environmentsFile)]
        : [
            'backup',
            name,
            '--environments-file',
            environmentsFile,
            ...(isDefault ? [] : ['--snapshots', snapshotRoot]),
          ],
    folder,
    variablesFile: path.join(folder, 'kong-backup.env'),
  };
}

function reportOf(title: string, { token }: Environment, { files, steps }: ScheduleText): string {
  const blocks = files.flatMap(({ name, text }) => [`## ${name}`, '', '```', text.trimEnd(), '```', '']);
  const hints = [
    vscode.l10n.t('The program is the one in the extension’s folder, which moves with an update: name your own copy.'),
    ...(token === undefined
      ? [vscode.l10n.t('A scheduled backup does not see tokens that the editor keeps: name one with ${env:NAME}.')]
      : []),
  ];
  return [`# ${title}`, '', ...steps.map(stepText), '', ...hints.map((hint) => `- ${hint}`), '', ...blocks].join('\n');
}

const stepText = (step: string): string => (step.startsWith('  ') ? `  \`${step.trim()}\`` : `- ${step}`);
