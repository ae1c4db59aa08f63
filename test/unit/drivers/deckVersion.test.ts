import { describe, expect, it } from 'vitest';
import {
  dialectOf,
  isAtLeast,
  kindsUnknownTo,
  knowsKong3,
  parseDeckVersion,
  type DeckVersion,
} from '../../../src/drivers/deckVersion.js';

const version = (text: string): DeckVersion => parseDeckVersion(`decK v${text} (abc)`)!;

describe('parseDeckVersion', () => {
  it.each([
    ['decK 1.4.0 (unknown) \n', '1.4.0'],
    ['decK v1.55.0 (unknown) \n', '1.55.0'],
    ['some warning\ndecK v2.0.11 (0123abc)\n', '2.0.11'],
  ])('reads %j', (output, text) => expect(parseDeckVersion(output)?.text).toBe(text));

  it('does not take another program for decK', () => {
    expect(parseDeckVersion('v20.20.2\n')).toBeUndefined();
    expect(parseDeckVersion('')).toBeUndefined();
  });
});

describe('isAtLeast', () => {
  it.each([
    ['1.4.0', '1.4.0', true],
    ['1.3.9', '1.4.0', false],
    ['1.10.0', '1.4.0', true],
    ['1.4.1', '1.4.0', true],
    ['2.0.0', '1.28.0', true],
    ['0.99.9', '1.4.0', false],
  ])('%s against %s: %s', (have, wanted, expected) => expect(isAtLeast(version(have), wanted)).toBe(expected));
});

describe('what a version knows', () => {
  it('speaks new words from 1.28 on', () => {
    expect(['1.4.0', '1.27.1', '1.28.0', '1.55.0', '2.0.0'].map((text) => dialectOf(version(text)))).toEqual([
      'old',
      'old',
      'new',
      'new',
      'new',
    ]);
  });

  it('leaves out kinds that came later', () => {
    expect(kindsUnknownTo(version('1.4.0'))).toEqual(expect.arrayContaining(['vaults', 'keys', 'key_sets']));
    expect(kindsUnknownTo(version('1.47.0'))).toEqual(['keys', 'key_sets']);
    expect(kindsUnknownTo(version('1.55.0'))).toEqual([]);
  });

  it('knows Kong 3 from 1.15 on', () => {
    expect(knowsKong3(version('1.14.0'))).toBe(false);
    expect(knowsKong3(version('1.15.0'))).toBe(true);
  });
});
