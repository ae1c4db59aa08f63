import { expect, test } from 'vitest';
import { Holders } from '../../../../src/language/incremental/holders.js';
import { Part } from '../../../../src/language/incremental/part.js';
import { nowhere } from '../../../../src/language/incremental/splitText.js';

const part = (): Part => new Part('item', '- a\n', 1, undefined, nowhere, false);

test('one holder, several, one twice, and none again', () => {
  const holders = new Holders();
  const [a, b] = [part(), part()];
  expect(holders.of('services', 'x')).toEqual([]);
  holders.put(['services', 'x', 'routes', 'x'], a);
  holders.put(['services', 'x', 'services', 'x', 'services', 'y'], b);
  expect(holders.of('services', 'x')).toEqual([a, b, b]);
  expect(holders.of('routes', 'x')).toEqual([a]);
  expect([...holders.in('services')]).toEqual([a, b]);
  holders.take(['services', 'x', 'services', 'y'], b);
  expect(holders.of('services', 'x')).toEqual([a, b]);
  expect(holders.of('services', 'y')).toEqual([]);
  holders.take(['services', 'x', 'routes', 'x'], a);
  holders.take(['services', 'x'], b);
  expect(holders.of('services', 'x')).toEqual([]);
  expect(holders.in('services').size + holders.in('routes').size).toBe(0);
});

test('who holds nothing of it is not taken out for another', () => {
  const holders = new Holders();
  const [a, b] = [part(), part()];
  holders.put(['services', 'x'], a);
  holders.take(['services', 'x', 'services', 'y', 'plugins', 'x'], b);
  expect(holders.of('services', 'x')).toEqual([a]);
});
