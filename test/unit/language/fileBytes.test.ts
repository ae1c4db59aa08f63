import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFile } from '../../../src/language/fileBytes.js';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

describe('the bytes of a file', () => {
  it('are UTF-8, with or without a mark', () => {
    expect(decodeFile(bytes('a: größe 😀'))).toEqual({ text: 'a: größe 😀' });
    expect(decodeFile(bytes([0xef, 0xbb, 0xbf], 'a: 1'))).toEqual({ text: '\ufeffa: 1' });
  });

  it('are UTF-16 where a mark says so, as Kong reads it', () => {
    const little = Buffer.from('\ufeffa: größe', 'utf16le');
    expect(decodeFile(little).text).toBe('\ufeffa: größe');
    expect(decodeFile(Buffer.from(little).swap16()).text).toBe('\ufeffa: größe');
  });

  it.each([
    ['Latin-1', [0xe9, 0x20], '0xE9'],
    ['a byte that continues nothing', [0x80], '0x80'],
    ['a slash written too long', [0xc0, 0xaf], '0xC0'],
    ['half of a surrogate pair', [0xed, 0xa0, 0x80], '0xED'],
    ['beyond the last character', [0xf4, 0x90, 0x80, 0x80], '0xF4'],
    ['a sequence cut off', [0xf0, 0x9f, 0x98], '0xF0'],
  ])('are named where they are %s', (_, bad, shown) => {
    const { problem } = decodeFile(bytes('name: é😀 ', bad));
    expect(problem).toMatchObject({ code: 'not-text', start: 10, end: 11 });
    expect(problem?.message).toContain(shown);
  });

  it('may hold the character that stands for such bytes', () => {
    expect(decodeFile(bytes('a: \ufffd'))).toEqual({ text: 'a: \ufffd' });
  });

  it('are found bad exactly when they are no UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (some) => {
        fc.pre(!(some[0] === 0xff && some[1] === 0xfe) && !(some[0] === 0xfe && some[1] === 0xff));
        let sound = true;
        try {
          new TextDecoder('utf-8', { fatal: true }).decode(some);
        } catch {
          sound = false;
        }
        const { text, problem } = decodeFile(some);
        expect(problem === undefined).toBe(sound);
        if (problem) expect(text[problem.start]).toBe('\ufffd');
      }),
    );
  });
});
