/** What a scalar stands for. */
export type ScalarValue = null | boolean | number | string;

const words = new Map<string, ScalarValue>([['', null]]);
for (const [value, ...spellings] of [
  [null, '~', 'null', 'Null', 'NULL'],
  [true, 'true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'],
  [false, 'false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF'],
  [Infinity, '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'],
  [-Infinity, '-.inf', '-.Inf', '-.INF'],
  [NaN, '.nan', '.NaN', '.NAN'],
] as const) {
  for (const spelling of spellings) words.set(spelling, value);
}

const octal = /^([+-]?)0_*([0-7][0-7_]*)$/;
const decimal = /^([+-]?)_*([0-9][0-9_]*)$/;
const float = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const hexadecimal = /^([+-]?)0x_*([0-9a-fA-F][0-9a-fA-F_]*)$/;
const binary = /^([+-]?)0b_*([01][01_]+)$/;
const sexagesimal = /^([+-]?)([0-9]+:[0-5]?[0-9][:0-9]*)(\.[0-9]+)?$/;

/**
 * What Kong reads where a scalar stands without quotes: YAML 1.1 as its Lua reader knows it. Unlike YAML 1.2, `yes` is a
 * boolean, `0120` is octal and `1:20` is 80; unlike the YAML 1.1 standard, `y` is text and there are no dates.
 */
export function resolvePlain(text: string): ScalarValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  // Numbers start with a digit, a sign, a dot or an underscore: most text is told apart here.
  const numeric = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46 || first === 95;
  return numeric ? (resolveNumber(text) ?? text) : text;
}

/** The numbers that most files hold: too short to lose a digit. */
const plainInteger = /^[1-9][0-9]{0,14}$/;

function resolveNumber(text: string): number | undefined {
  if (plainInteger.test(text)) return Number(text);
  let match = octal.exec(text);
  if (match) return signed(match[1], parseInt(match[2]!.replaceAll('_', ''), 8));
  match = decimal.exec(text);
  if (match) return signed(match[1], Number(match[2]!.replaceAll('_', '')));
  const plain = text.replaceAll('_', '');
  if (/[.eE]/.test(text) && float.test(plain)) return Number(plain);
  match = hexadecimal.exec(text);
  if (match) return signed(match[1], parseInt(match[2]!.replaceAll('_', ''), 16));
  match = binary.exec(text);
  if (match) return signed(match[1], parseInt(match[2]!.replaceAll('_', ''), 2));
  match = sexagesimal.exec(text);
  if (!match) return undefined;
  const whole = match[2]!
    .split(':')
    .filter((part) => part !== '')
    .reduce((sum, part) => sum * 60 + Number(part), 0);
  return signed(match[1], whole + Number(match[3] ?? 0));
}

const signed = (sign: string | undefined, value: number): number => (sign === '-' ? -value : value);

const prefix = 'tag:yaml.org,2002:';

/**
 * A scalar with a tag of its own (`!!str 80`). Tags that Kong does not know count for nothing.
 * @returns undefined when the text cannot be what the tag says.
 */
export function resolveTagged(tag: string, text: string, plain: boolean): ScalarValue | undefined {
  const value = resolvePlain(text);
  switch (tag) {
    case `${prefix}str`:
      return text;
    case `${prefix}null`:
      return null;
    case `${prefix}bool`:
      if (typeof value === 'boolean') return value;
      return { y: true, Y: true, n: false, N: false }[text];
    case `${prefix}int`:
      return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
    case `${prefix}float`:
      return typeof value === 'number' ? value : undefined;
    default:
      return plain ? value : text;
  }
}
