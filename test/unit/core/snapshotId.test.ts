import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  folderTime,
  folderTimePattern,
  isInnerPath,
  momentOf,
  parseSnapshotId,
  safeFileName,
} from '../../../src/core/snapshotId.js';

describe('names of folders', () => {
  it.each([
    ['production', 'production'],
    ['Zürich 日本', 'Zürich 日本'],
    ['a/b', 'a%2Fb'],
    ['50%', '50%25'],
    ['..', '%2E%2E'],
    ['.git', '%2Egit'],
    ['con', '%63on'],
    ['Lpt1.txt', '%4Cpt1.txt'],
    ['console', 'console'],
    ['ends.', 'ends%2E'],
    [' blank ', '%20blank%20'],
  ])('%j is written %j', (name, safe) => expect(safeFileName(name)).toBe(safe));

  it('stay apart, are short, and lead nowhere', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, unit: 'binary' }),
        fc.string({ minLength: 1, unit: 'binary' }),
        (one, other) => {
          const safe = safeFileName(one);
          expect(parseSnapshotId(`${safe}/2026`)).toEqual({ environment: safe, time: '2026' });
          expect(safe.length).toBeLessThanOrEqual(100);
          if (one.normalize('NFC') !== other.normalize('NFC')) expect(safeFileName(other)).not.toBe(safe);
        },
      ),
    );
    expect(safeFileName(`${'x'.repeat(200)}a`)).not.toBe(safeFileName(`${'x'.repeat(200)}b`));
  });

  it('of times sort by time', () => {
    expect(folderTime(new Date('2026-11-21T06:35:17.123Z'))).toBe('2026-11-21T06-35-17.123Z');
    expect(folderTime(new Date(0))).toMatch(folderTimePattern);
  });
});

describe('paths in a manifest', () => {
  it.each(['a.yaml', 'a/b.yaml', 'über.yaml'])('%j stays inside', (path) => expect(isInnerPath(path)).toBe(true));
  it.each(['', '/a', 'a/', '../a', 'a/../b', './a', 'a//b', 'a\\b', 'C:/a', 'a\0'])('%j does not', (path) =>
    expect(isInnerPath(path)).toBe(false),
  );
});

it('tells the moment that an id names, and none where it names none', () => {
  const moment = new Date('2026-11-21T06:35:17.123Z');
  expect(momentOf(`production/${folderTime(moment)}`)).toBe(moment.toISOString());
  expect(momentOf(`archive:production/${folderTime(moment)}`)).toBe(moment.toISOString());
  for (const id of ['archive:', 'production/latest', 'production']) expect(momentOf(id)).toBeUndefined();
});
