import { stringify } from 'yaml';
import type { Environment } from '../core/environment.js';
import { KongBackupError } from '../core/errors.js';
import { onCalendar } from './onCalendar.js';
import { windowsText } from './scheduleWindows.js';

/** What runs scheduled backups; the task scheduler of Windows is one. */
export const schedulers = ['cron', 'systemd', 'github', 'windows'] as const;
export type Scheduler = (typeof schedulers)[number];

/** What is done on schedule. */
export const scheduledJobs = ['backup', 'drill', 'drift'] as const;
export type ScheduledJob = (typeof scheduledJobs)[number];

export interface ScheduledCommand {
  /** `backup` when absent. */
  job?: ScheduledJob;
  environment: Pick<Environment, 'name'>;
  /** Five fields. */
  cron: string;
  /** Absolute path of the program, and what goes before its arguments. */
  program: readonly string[];
  /** After the program. */
  args: readonly string[];
  /** Absolute path of the folder to run in. */
  folder: string;
  /** Names of the environment variables that hold secrets. */
  variables: readonly string[];
  /** Absolute path of the file that a person writes them into, for cron and systemd. */
  variablesFile: string;
}

export interface ScheduleFile {
  /** Without a folder. */
  name: string;
  text: string;
}

export interface ScheduleText {
  files: ScheduleFile[];
  /** What a person does with them, in sentences; commands on lines of their own, indented. */
  steps: string[];
}

const jobWords: Readonly<Record<ScheduledJob, string>> = {
  backup: 'backup',
  drill: 'restore drill',
  drift: 'drift check',
};

/** What a person reads of it. */
const describeJob = ({ job = 'backup', environment }: ScheduledCommand): string =>
  `Kong ${jobWords[job]} of ${environment.name}`;

/** Of units and files. */
const unitOf = ({ job = 'backup', environment }: ScheduledCommand): string =>
  `kong-${job}-${fileWord(environment.name)}`;

/** @throws KongBackupError `environment-invalid` for what cannot be written there. */
export function scheduleText(as: Scheduler, command: ScheduledCommand): ScheduleText {
  for (const word of [...command.program, ...command.args, command.folder, command.variablesFile]) {
    // eslint-disable-next-line no-control-regex -- that is what is refused
    if (/[\u0000-\u001f\u007f]/.test(word)) throw unwritable(command.environment.name, word);
  }
  if (as === 'cron') return cronText(command);
  if (as === 'windows') return windowsText(command, { name: unitOf(command), description: describeJob(command) });
  return as === 'systemd' ? systemdText(command) : githubText(command);
}

/** The names that `${env:NAME}` refers to anywhere in these settings. */
export function referencedVariables(...settings: readonly unknown[]): string[] {
  const found = JSON.stringify(settings).matchAll(/\$\{env:([^}"\\]+)\}/g);
  return [...new Set([...found].map(([, name = '']) => name.trim()))].sort();
}

function cronText(command: ScheduledCommand): ScheduleText {
  const { cron, program, args, folder, variables, variablesFile } = command;
  const run = [...program, ...args].map(shellWord).join(' ');
  const load = variables.length > 0 ? `set -a && . ${shellWord(variablesFile)} && set +a && ` : '';
  // For cron a percent sign ends the command, in quotes too.
  const line = `${cron} ${`cd ${shellWord(folder)} && ${load}exec ${run}`.replaceAll('%', '\\%')}`;
  const name = `${unitOf(command)}.cron`;
  return {
    files: [{ name, text: `# ${describeJob(command)}, by Kong Backup & Restore.\n${line}\n` }],
    steps: [
      ...variablesSteps(variables, variablesFile, "NAME='value'"),
      'Add the line to your crontab; what it prints comes by mail, and its exit code tells whether it was fine.',
      '  crontab -e',
    ],
  };
}

function systemdText(command: ScheduledCommand): ScheduleText {
  const { cron, program, args, folder, variables, variablesFile } = command;
  const unit = unitOf(command);
  const description = describeJob(command).replaceAll('%', '%%');
  const service = [
    '[Unit]',
    `Description=${description}`,
    'Wants=network-online.target',
    'After=network-online.target',
    '',
    '[Service]',
    'Type=oneshot',
    `WorkingDirectory=${folder.replaceAll('%', '%%')}`,
    ...(variables.length > 0 ? [`EnvironmentFile=${variablesFile.replaceAll('%', '%%')}`] : []),
    `ExecStart=${[...program, ...args].map(systemdWord).join(' ')}`,
    'UMask=0077',
    'NoNewPrivileges=true',
    'PrivateTmp=true',
    '',
  ].join('\n');
  const timer = [
    '[Unit]',
    `Description=${description}, on schedule`,
    '',
    '[Timer]',
    ...onCalendar(cron).map((expression) => `OnCalendar=${expression}`),
    '# What was due while the machine was off is made up for.',
    'Persistent=true',
    '',
    '[Install]',
    'WantedBy=timers.target',
    '',
  ].join('\n');
  return {
    files: [
      { name: `${unit}.service`, text: service },
      { name: `${unit}.timer`, text: timer },
    ],
    steps: [
      ...variablesSteps(variables, variablesFile, 'NAME="value"'),
      'Install both files and start the timer:',
      `  sudo install -m 0644 ${unit}.service ${unit}.timer /etc/systemd/system/`,
      `  sudo systemctl daemon-reload`,
      `  sudo systemctl enable --now ${unit}.timer`,
      'It runs as root unless the service says User=. Without root, put both into ~/.config/systemd/user/ and add --user.',
    ],
  };
}

function githubText(command: ScheduledCommand): ScheduleText {
  const { cron, args, variables } = command;
  const words = args.map(shellWord).join(' ');
  const text = stringify(
    {
      name: literal(describeJob(command)),
      on: { schedule: [{ cron }], workflow_dispatch: {} },
      permissions: { contents: 'read' },
      concurrency: { group: literal(unitOf(command)), 'cancel-in-progress': false },
      jobs: {
        backup: {
          'runs-on': 'ubuntu-latest',
          'timeout-minutes': 60,
          steps: [
            { uses: 'actions/checkout@v4' },
            { uses: 'actions/setup-node@v4', with: { 'node-version': 20 } },
            {
              name: literal(describeJob(command)),
              run: literal(`node "$KONG_BACKUP_CLI" ${words}`),
              env: {
                KONG_BACKUP_CLI: '${{ vars.KONG_BACKUP_CLI }}',
                ...Object.fromEntries(variables.map((name) => [name, `\${{ secrets.${name} }}`])),
              },
            },
          ],
        },
      },
    },
    { lineWidth: 0 },
  );
  const name = `${unitOf(command)}.yml`;
  return {
    files: [{ name, text: `# GitHub reads the schedule in UTC, and may start late.\n${text}` }],
    steps: [
      `Put the file into .github/workflows/ of the repository that has your environments file.`,
      'Set the variable KONG_BACKUP_CLI to the path of dist/cli.js on the runner (Settings → Secrets and variables → Actions).',
      ...(variables.length > 0 ? [`Add the secrets ${variables.join(', ')} in the same place.`] : []),
      'The runner is gone after the run: let the environment name a store on S3, and see that the runner reaches the Admin API.',
    ],
  };
}

/** GitHub fills in what stands in double braces, also in texts that came from elsewhere. */
const literal = (text: string): string => text.replaceAll('${{', "${{ '${{' }}");

function variablesSteps(variables: readonly string[], file: string, form: string): string[] {
  if (variables.length === 0) return [];
  return [
    `Write ${variables.join(', ')} into a file that only its owner can read, a line ${form} each:`,
    `  install -m 0600 /dev/null ${shellWord(file)}`,
  ];
}

/** One word for a POSIX shell. */
const shellWord = (word: string): string =>
  /^[\w@+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** One word of ExecStart: no shell, but specifiers (%) and variables ($) are filled in. */
function systemdWord(word: string): string {
  const filled = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[\w@%+=:,./$-]+$/.test(filled)) return filled;
  return `"${filled.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Names of units and files; other names give other words. */
const fileWord = (name: string): string =>
  name.replace(/[^\w.-]/g, (character) => `_${(character.codePointAt(0) ?? 0).toString(16)}_`);

const unwritable = (place: string, word: string): KongBackupError =>
  new KongBackupError('environment-invalid', {
    place,
    reason: `${JSON.stringify(word)} has a line break or another control character, which a schedule can't hold.`,
    remedy: 'Rename it.',
  });
