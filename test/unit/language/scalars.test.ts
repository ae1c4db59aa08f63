import { describe, expect, test } from 'vitest';
import { resolvePlain, resolveTagged } from '../../../src/language/scalars.js';

describe('scalars without quotes, as Kong reads them', () => {
  test.each([
    ['', null],
    ['~', null],
    ['Null', null],
    ['yes', true],
    ['Off', false],
    ['TRUE', true],
    ['y', 'y'],
    ['n', 'n'],
    ['80', 80],
    ['+80', 80],
    ['-1', -1],
    ['1_000', 1000],
    ['0120', 80],
    ['0x50', 80],
    ['0b101', 5],
    ['1:20', 80],
    ['12:30:45', 45045],
    ['8e1', 80],
    ['80.0', 80],
    ['.5', 0.5],
    ['1.', 1],
    ['-.inf', -Infinity],
    ['0o120', '0o120'],
    ['08', 8],
    ['1e', '1e'],
    ['0x', '0x'],
    ['.', '.'],
    ['-', '-'],
    ['2020-01-01', '2020-01-01'],
    ['10.0.0.1', '10.0.0.1'],
    ['nULL', 'nULL'],
  ])('%s', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  test('.nan is a number', () => {
    expect(resolvePlain('.nan')).toBeNaN();
  });

  test('a tag decides, and says no to what it cannot be', () => {
    const tag = (name: string): string => `tag:yaml.org,2002:${name}`;
    expect(resolveTagged(tag('str'), '80', true)).toBe('80');
    expect(resolveTagged(tag('int'), '0x50', false)).toBe(80);
    expect(resolveTagged(tag('bool'), 'y', true)).toBe(true);
    expect(resolveTagged(tag('int'), 'x', true)).toBeUndefined();
    expect(resolveTagged('!local', 'yes', true)).toBe(true);
    expect(resolveTagged('!local', 'yes', false)).toBe('yes');
  });
});
