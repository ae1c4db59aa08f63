import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { writeNewFile } from '../newFile.js';
import type { Scheduler } from '../../app.js';
import { duration } from '../../core/fieldChecks.js';
import type { CommandSpec } from '../commandSpec.js';

interface ScheduleFlags {
  as: Scheduler;
  drill?: boolean;
  drift?: boolean;
  cron?: string;
  overdueAfter?: string;
  metrics?: string;
  variablesFile?: string;
  output?: string;
}

const schedulers: readonly Scheduler[] = ['cron', 'systemd', 'github', 'windows'];

export const scheduleCommand: CommandSpec = {
  name: 'schedule',
  summary: 'Write what you install to have an environment backed up on schedule.',
  example: 'kong-backup schedule production --as systemd --cron "30 2 * * *" --output units',
  declare(command) {
    command
      .argument('<environment>', 'a name from the environments file')
      .addOption(new Option('--as <scheduler>', 'for what').choices(schedulers).makeOptionMandatory())
      .addOption(
        new Option('--drill', 'a restore drill of the newest snapshot instead of a backup').conflicts([
          'drift',
          'metrics',
          'overdueAfter',
        ]),
      )
      .addOption(new Option('--drift', 'a check for drift instead of a backup').conflicts(['metrics', 'overdueAfter']))
      .option(
        '--cron <fields>',
        "five fields; of a backup written into the environments file, with the entry's id and mode (default: as it says there, else nightly)",
      )
      .option('--overdue-after <time>', 'such as 26h; written into the environments file, as --cron is', parseTime)
      .option('--metrics <file>', "have each run write a .prom file for Prometheus' textfile collector")
      .option('--variables-file <path>', 'where the secrets will stand (default: beside the environments file)')
      .option('--output <folder>', 'write the files there instead of printing them');
  },
  async run([name, given], { app, environmentsFile, snapshots, program, workingFolder }) {
    const { as, drill, drift, cron, overdueAfter, metrics, variablesFile, output } = given as ScheduleFlags;
    const product = await app();
    let environment = await product.environment(name as string);
    const resolve = (file: string): string => path.resolve(workingFolder, file);
    const folder = path.dirname(environmentsFile);
    const isElsewhere = as === 'github';
    const place = isElsewhere ? path.basename(environmentsFile) : environmentsFile;
    const job = drill ? 'drill' : drift ? 'drift' : 'backup';
    const args = [
      job,
      drill ? `${environment.name}/latest` : environment.name,
      '--environments-file',
      place,
      ...(snapshots === undefined || isElsewhere ? [] : ['--snapshots', snapshots]),
      ...(metrics === undefined || isElsewhere ? [] : ['--metrics', resolve(metrics)]),
    ];
    const text = await product.scheduleText(environment, {
      as,
      job,
      ...(cron !== undefined && { cron }),
      program,
      args,
      folder,
      variablesFile: variablesFile === undefined ? path.join(folder, 'kong-backup.env') : resolve(variablesFile),
    });
    if (output !== undefined) {
      await mkdir(resolve(output), { recursive: true });
      for (const file of text.files) await writeNewFile(path.join(resolve(output), file.name), file.text);
    }
    const steps = [...text.steps];
    const schedule = {
      ...environment.schedule,
      ...(cron !== undefined && { cron }),
      ...(overdueAfter && { overdueAfter }),
    };
    const { cron: kept } = schedule;
    if (job === 'backup' && kept !== undefined && (cron !== undefined || overdueAfter !== undefined)) {
      environment = await product.setSchedule(environment.name, { ...schedule, cron: kept });
      steps.push(
        `The schedule of ${environment.name} is written into ${environmentsFile}, with the id and mode of its entry: it tells when a backup is overdue.`,
      );
    }
    const shown = text.files.map((file) =>
      output === undefined
        ? `${headOf(file.name, text.files)}${as === 'cron' ? lineOf(file.text) : file.text.trimEnd()}`
        : path.join(resolve(output), file.name),
    );
    const data = { environment: environment.name, schedule: environment.schedule, ...text, steps };
    return { data, text: shown.join('\n'), advice: steps.join('\n'), verdict: 0 };
  },
};

/** Of a crontab what counts: it can be led on to `crontab` as it is. */
const lineOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n');

/** Several files in one output are told apart. */
const headOf = (name: string, files: readonly unknown[]): string => (files.length > 1 ? `# ${name}\n` : '');

function parseTime(text: string): string {
  const problem = duration(text);
  if (problem === undefined) return text;
  throw new InvalidArgumentError(problem);
}
