import { KongBackupError } from '../core/errors.js';
import { cronFields } from './onCalendar.js';
import type { ScheduledCommand, ScheduleText } from './scheduleText.js';

/** More triggers than this Windows does not take. */
const mostTriggers = 48;

/**
 * A task for the task scheduler of Windows, to be registered by `schtasks`. What was due while the machine was off is made up for.
 * @param name of the task, and of its file. @throws KongBackupError `environment-invalid` for more times than a task can have.
 */
export function windowsText(
  command: ScheduledCommand,
  { name, description }: { name: string; description: string },
): ScheduleText {
  const { program, args, folder, variables, variablesFile } = command;
  const [node = '', ...script] = program;
  // Node reads the secrets by itself, so that none stands in the task.
  const load = variables.length > 0 ? [`--env-file=${variablesFile}`] : [];
  const text = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    '  <RegistrationInfo>',
    `    <Description>${xml(description)}</Description>`,
    '  </RegistrationInfo>',
    '  <Triggers>',
    ...triggers(command),
    '  </Triggers>',
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <ExecutionTimeLimit>PT4H</ExecutionTimeLimit>',
    '  </Settings>',
    '  <Actions>',
    '    <Exec>',
    `      <Command>${xml(node)}</Command>`,
    `      <Arguments>${xml([...load, ...script, ...args].map(windowsWord).join(' '))}</Arguments>`,
    `      <WorkingDirectory>${xml(folder)}</WorkingDirectory>`,
    '    </Exec>',
    '  </Actions>',
    '</Task>',
    '',
  ].join('\r\n');
  return {
    files: [{ name: `${name}.xml`, text }],
    steps: [
      ...(variables.length > 0
        ? [
            `Write ${variables.join(', ')} into ${variablesFile}, a line NAME="value" each, and let nobody but you read it:`,
            `  icacls ${windowsWord(variablesFile)} /inheritance:r /grant:r "%USERNAME%:F"`,
          ]
        : []),
      'Register the task; it asks for your password, so that it runs when nobody is logged on:',
      `  schtasks /Create /TN ${name} /XML ${name}.xml /RU "%USERNAME%" /RP *`,
      'Its last result is the exit code; try it once:',
      `  schtasks /Run /TN ${name}`,
    ],
  };
}

function triggers({ cron, environment }: ScheduledCommand): string[] {
  const { minutes, hours, days, months, weekdays } = cronFields(cron);
  const times = (hours ?? range(0, 23)).flatMap((hour) =>
    (minutes ?? range(0, 59)).map((minute) => ({ hour, minute })),
  );
  const everyMonth = months === undefined;
  const kinds = [
    ...(weekdays && everyMonth ? [weekly(weekdays)] : []),
    ...(weekdays && !everyMonth ? [weeklyInMonths(weekdays, months)] : []),
    ...(days || (!weekdays && !everyMonth) ? [monthly(days ?? range(1, 31), months ?? range(1, 12))] : []),
  ];
  const schedules =
    kinds.length > 0 ? kinds : [['<ScheduleByDay>', '  <DaysInterval>1</DaysInterval>', '</ScheduleByDay>']];
  if (times.length * schedules.length > mostTriggers) {
    throw new KongBackupError('environment-invalid', {
      place: `${environment.name}: schedule`,
      reason: `"${cron}" means more times a day than the ${mostTriggers} that a task of Windows can have.`,
      remedy: 'Name fewer hours or minutes.',
    });
  }
  return schedules.flatMap((schedule) =>
    times.flatMap(({ hour, minute }) => [
      '    <CalendarTrigger>',
      `      <StartBoundary>2026-01-01T${two(hour)}:${two(minute)}:00</StartBoundary>`,
      ...schedule.map((line) => `      ${line}`),
      '    </CalendarTrigger>',
    ]),
  );
}

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const monthNames = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const daysOfWeek = (days: readonly number[]): string[] => [
  '  <DaysOfWeek>',
  ...days.map((day) => `    <${dayNames[day] ?? ''} />`),
  '  </DaysOfWeek>',
];
const inMonths = (months: readonly number[]): string[] => [
  '  <Months>',
  ...months.map((month) => `    <${monthNames[month - 1] ?? ''} />`),
  '  </Months>',
];

const weekly = (days: readonly number[]): string[] => [
  '<ScheduleByWeek>',
  '  <WeeksInterval>1</WeeksInterval>',
  ...daysOfWeek(days),
  '</ScheduleByWeek>',
];

const weeklyInMonths = (days: readonly number[], months: readonly number[]): string[] => [
  '<ScheduleByMonthDayOfWeek>',
  '  <Weeks>',
  ...['1', '2', '3', '4', 'Last'].map((week) => `    <Week>${week}</Week>`),
  '  </Weeks>',
  ...daysOfWeek(days),
  ...inMonths(months),
  '</ScheduleByMonthDayOfWeek>',
];

const monthly = (days: readonly number[], months: readonly number[]): string[] => [
  '<ScheduleByMonth>',
  '  <DaysOfMonth>',
  ...days.map((day) => `    <Day>${day}</Day>`),
  '  </DaysOfMonth>',
  ...inMonths(months),
  '</ScheduleByMonth>',
];

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const two = (number: number): string => String(number).padStart(2, '0');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? character);

/** One word as programs on Windows take their command line apart. */
function windowsWord(word: string): string {
  if (/^[\w@+=:,./\\-]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
