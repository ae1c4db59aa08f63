const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/**
 * A cron expression as systemd's calendar has it: one line, or two where cron means a day of the month or else one of the week.
 * @param cron five fields that `checkCron` passes.
 */
export function onCalendar(cron: string): string[] {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] = cron.trim().split(/\s+/);
  const numbers = (field: string, least: number, most: number, names: readonly string[] = []): string => {
    const list = expand(field, least, most, names);
    return list ? list.map((each) => String(each).padStart(2, '0')).join(',') : '*';
  };
  const at = `${numbers(hour, 0, 23)}:${numbers(minute, 0, 59)}:00`;
  const inMonth = numbers(month, 1, 12, ['', ...months]);
  const onDays = numbers(day, 1, 31);
  // 7 is Sunday too.
  const week = expand(weekday, 0, 7, days)?.map((each) => each % 7);
  const dates = (on: string): string => `*-${inMonth}-${on} ${at}`;
  if (!week || new Set(week).size === 7) return [dates(onDays)];
  const names = [...new Set(week)]
    .sort()
    .map((each) => days[each])
    .join(',');
  const weekly = `${names} ${dates('*')}`;
  return onDays === '*' ? [weekly] : [dates(onDays), weekly];
}

/** What a cron expression means, number by number; undefined for every one. 0 is Sunday. */
export function cronFields(
  cron: string,
): Record<'minutes' | 'hours' | 'days' | 'months' | 'weekdays', number[] | undefined> {
  const [minute = '*', hour = '*', day = '*', month = '*', weekday = '*'] = cron.trim().split(/\s+/);
  const week = new Set(expand(weekday, 0, 7, days)?.map((each) => each % 7));
  return {
    minutes: expand(minute, 0, 59, []),
    hours: expand(hour, 0, 23, []),
    days: expand(day, 1, 31, []),
    months: expand(month, 1, 12, ['', ...months]),
    weekdays: week.size === 0 || week.size === 7 ? undefined : [...week].sort((a, b) => a - b),
  };
}

/** Every number that a field means; undefined when it means all. */
function expand(field: string, least: number, most: number, names: readonly string[]): number[] | undefined {
  if (field === '*') return undefined;
  const numberOf = (word: string): number => {
    const named = names.findIndex((name) => name !== '' && name.toUpperCase() === word.toUpperCase());
    return named < 0 ? Number(word) : named;
  };
  const found = new Set<number>();
  for (const piece of field.split(',')) {
    const [range = '*', step] = piece.split('/');
    const [from = '', to] = range === '*' ? [String(least), String(most)] : range.split('-');
    const first = numberOf(from);
    const last = to === undefined ? (step === undefined ? first : most) : numberOf(to);
    for (let each = first; each <= last; each += Number(step ?? 1)) found.add(each);
  }
  return [...found].sort((a, b) => a - b);
}
