import { describe, expect, it } from 'vitest';
import { parseStat, statBatches } from '../../../src/drivers/filesStat.js';

describe('parseStat', () => {
  it('reads types, modes, owners and times', () => {
    const output = [
      '81a0|0|1000|42|1795246517|1795246518|2049:131|root|kong',
      '41ed|1000|1000|4096|1795246517|1795246517|2049:132|kong|kong',
      'a1ff|0|0|9|1795246517|1795246517|2049:133|root|root',
      'c1ed|0|0|0|1795246517|1795246517|2049:134|root|root',
      '',
    ].join('\n');
    expect(parseStat(output)).toMatchObject([
      {
        type: 'file',
        mode: 0o640,
        uid: 0,
        gid: 1000,
        owner: 'root',
        group: 'kong',
        size: 42,
        modified: 1_795_246_517_000,
      },
      { type: 'directory', mode: 0o755 },
      { type: 'link', size: 9 },
      { type: 'other' },
    ]);
  });

  it('has no name where there is none: GNU says UNKNOWN, busybox the number', () => {
    const [gnu, busybox] = parseStat('8924|4711|4711|0|1|1|1:1|UNKNOWN|UNKNOWN\n8924|4711|4711|0|1|1|1:1|4711|4711\n');
    expect(gnu).toEqual(busybox);
    expect(gnu).not.toHaveProperty('owner');
    expect(gnu?.mode).toBe(0o4444);
  });
});

describe('statBatches', () => {
  it('keeps calls short and the order as it is', () => {
    const paths = Array.from({ length: 1000 }, (_, n) => `/etc/kong/${'x'.repeat(90)}/${n}`);
    const batches = statBatches(paths);
    expect(batches.flat()).toEqual(paths);
    expect(batches.length).toBeGreaterThan(4);
    expect(batches.every((batch) => batch.join(' ').length < 20_000)).toBe(true);
    expect(statBatches(['/x'.repeat(30_000)])).toHaveLength(1);
    expect(statBatches([])).toEqual([]);
  });
});
