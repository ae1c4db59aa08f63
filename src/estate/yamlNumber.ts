import { defineScalarTag, NOT_RESOLVED } from 'js-yaml';

const firstChars = [...'-+.0123456789'];
const integer = /^[-+]?(?:0b[01]+|0o?[0-7]+|0x[0-9a-f]+|0|[1-9][0-9]*)$/i;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:e[-+]?[0-9]+)?$/i;
const special: Readonly<Record<string, number>> = { '.inf': Infinity, '.nan': NaN };

/** Whole numbers as decK reads them: in four bases, with `_` between digits, never in base 60. */
export const integerTag = defineScalarTag<number>('tag:yaml.org,2002:int', {
  implicit: true,
  implicitFirstChars: firstChars,
  resolve: (source) => {
    const text = source.replaceAll('_', '');
    return integer.test(text) ? valueOf(text) : NOT_RESOLVED;
  },
  identify: () => false,
});

/** Numbers as decK and Kong read them: an exponent needs neither a dot before it nor a sign. */
export const floatTag = defineScalarTag<number>('tag:yaml.org,2002:float', {
  implicit: true,
  implicitFirstChars: firstChars,
  resolve: (source) => {
    const text = source.replaceAll('_', '');
    if (float.test(text)) return Number.isFinite(Number(text)) ? zeroed(Number(text)) : NOT_RESOLVED;
    const [, sign, word = ''] = /^([-+]?)(\.(?:inf|Inf|INF|nan|NaN|NAN))$/.exec(source) ?? [];
    const value = special[word.toLowerCase()];
    if (value === undefined) return NOT_RESOLVED;
    return sign === '-' ? -value : value;
  },
  identify: () => false,
});

function valueOf(text: string): number {
  const digits = text.replace(/^[-+]/, '');
  const value = /^0[0-7]+$/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return zeroed(text.startsWith('-') ? -value : value);
}

/** JSON has no negative zero. */
const zeroed = (value: number): number => (value === 0 ? 0 : value);
